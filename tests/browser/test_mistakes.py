"""Mistakes are told where they are made, by CSS alone, and go as soon as they are mended (P12); without script."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.surveys import REQUIRABLE
from tests.browser.visits import PHONE, Visitor, at_check, fill_at_once
from tests.builders import FIELDS, QUESTIONS

FORM = "/s/in-steps?lang=en"


def told(page: Page) -> list[str]:
    """The mistakes that show."""
    return [line.inner_text() for line in page.locator(".mistake").all() if line.is_visible()]


def choose(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_label(name, exact=True).locator("visible=true").click()


def test_too_many_and_what_stands_alone_are_told_beside_the_boxes_and_both_at_once(visit: Visitor) -> None:
    too_many, alone = "You have chosen more than 2.", "“NONE” cannot be combined with the others."
    page = visit(f"{FORM}#challenges", width=PHONE)
    choose(page, "LAW", "STIGMA")
    assert told(page) == []
    choose(page, "PATROL")
    assert told(page) == [too_many]
    choose(page, "NONE")
    assert told(page) == [too_many, alone]
    choose(page, "LAW", "STIGMA")
    assert told(page) == [alone]
    choose(page, "PATROL")
    assert told(page) == []


def test_rank_that_is_given_twice_is_told_beside_the_ranks_in_buttons_and_in_lists(visit: Visitor) -> None:
    page = visit(f"{FORM}#wants")
    fill_at_once(page, {"country": ["other"], "wants.home": ["1"], "wants.rest": ["2"], "wants.pay": [""]})
    expect(page.locator("#wants")).to_be_visible()
    assert told(page) == []
    page.locator("[name='wants.pay'][value='1']").check()
    assert told(page) == ["The same number is given to two of them."]
    page.locator("[name='wants.pay'][value='']").check()
    assert told(page) == []


def test_invitation_code_that_is_missing_is_told_beside_send_with_a_way_to_its_field(visit: Visitor) -> None:
    page = visit("/s/invited?lang=en#_check", width=PHONE)
    missing = page.locator(".uninvited")
    expect(missing).to_be_visible()
    missing.get_by_role("link").click()
    expect(page.locator("[name=_invitation]")).to_be_in_viewport()
    page.locator("[name=_invitation]").fill("ABCD EFGH JKMN PQRS")
    page.goto("/s/invited?lang=en#_check")
    at_check(page)
    expect(missing).to_be_hidden()


def test_consent_that_is_missing_is_told_beside_send_with_a_way_to_the_box(visit: Visitor) -> None:
    page = visit(f"{FORM}#_check", width=PHONE)
    missing = page.locator(".missing-agreed")
    expect(missing).to_be_visible()
    missing.get_by_role("link").click()
    box = page.get_by_label("About consent?")
    expect(box).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    box.check()
    page.goto(f"{FORM}#_check")
    at_check(page)
    expect(missing).to_be_hidden()


def test_each_kind_that_needs_an_answer_is_told_beside_send_until_it_has_one(visit: Visitor) -> None:
    page = visit("/s/strict?lang=en#_check")
    at_check(page)
    needed = {str(QUESTIONS[kind]["id"]) for kind in REQUIRABLE}
    given: dict[str, list[str]] = {}
    while needed:
        assert missing(page) == needed
        name = needed.pop()
        given |= {field: values for field, values in FIELDS.items() if field.partition(".")[0] == name}
        given |= {"harder.work": ["some"]} if name == "harder" else {}
        fill_at_once(page, given)
    assert missing(page) == set()


def missing(page: Page) -> set[str]:
    """The questions that are named beside Send."""
    shown = "lines => lines.filter(each => each.checkVisibility()).map(each => each.querySelector('a').hash.slice(1))"
    return {*page.locator(".missing").evaluate_all(shown)}


def test_question_that_does_not_apply_is_not_missing(visit: Visitor) -> None:
    page = visit(f"{FORM}#_check")
    assert missing(page) == {"agreed", "country"}
    fill_at_once(page, {"agreed": ["given"], "country": ["other"]})
    assert missing(page) == {"clients"}
    fill_at_once(page, {"agreed": ["given"], "country": ["no"]})
    assert missing(page) == set()
