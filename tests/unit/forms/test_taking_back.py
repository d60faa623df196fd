"""Choices can be taken back without script, and answers are read through before they are sent."""

from __future__ import annotations

import re

import pytest

from chalicelib.errors import Problem
from tests.builders import QUESTIONS, a_definition, a_question
from tests.functional.shapes import Page
from tests.unit.forms.rendering import BARE, CAME, REASON, a_page, a_state, by_id
from tests.unit.responses.test_taken_back import FIELDS_OF


def taking_back(page: Page) -> list[dict[str, str]]:
    """The buttons that stand for no answer."""
    return [tag for tag in page.all("input") if tag["type"] == "radio" and tag["value"] == ""]


def test_whatever_is_answered_on_buttons_can_be_taken_back() -> None:
    page = a_page()
    names = {tag["name"] for tag in page.all("input") if tag["type"] == "radio"}
    assert names == {name for fields in FIELDS_OF.values() for name in fields}
    assert sorted(tag["name"] for tag in taking_back(page)) == sorted(names)


@pytest.mark.parametrize("kind", FIELDS_OF)
def test_a_choice_is_taken_back_by_the_last_of_its_buttons_which_has_a_label(kind: str) -> None:
    page = a_page(a_definition(a_question(kind)))
    for name in FIELDS_OF[kind]:
        values = [tag["value"] for tag in page.all("input") if tag.get("name") == name]
        assert values[-1] == ""
        assert values.count("") == 1
    assert [inside_label(page, tag["id"]) for tag in taking_back(page)] == ["No answer"] * len(FIELDS_OF[kind])


def inside_label(page: Page, id_: str) -> str:
    found = re.search(rf'<label[^>]* for="{re.escape(id_)}"[^>]*>(.*?)</label>', page.html)
    assert found
    return found[1]


@pytest.mark.parametrize("kind", sorted(FIELDS_OF.keys() - {"ranking"}))
def test_what_has_to_be_answered_cannot_be_taken_back_but_changed(kind: str) -> None:
    assert taking_back(a_page(a_definition(a_question(kind, required_because=REASON)))) == []


@pytest.mark.parametrize("kind", FIELDS_OF)
def test_a_choice_that_was_taken_back_stays_so_when_the_form_comes_back_P12(kind: str) -> None:
    fields = {name: [""] for name in FIELDS_OF[kind]}
    page = a_page(a_definition(a_question(kind)), a_state(fields, Problem(None, "token_missing")))
    assert all("checked" in tag for tag in taking_back(page))
    assert page.typed == {}
    assert not [tag for tag in taking_back(a_page(a_definition(a_question(kind)))) if "checked" in tag]


# --- reading through -------------------------------------------------------------------------------------------------


def test_in_steps_each_question_can_be_gone_back_to_from_reading_through() -> None:
    page = a_page(state=a_state(link=CAME))
    asking = [question["id"] for kind, question in QUESTIONS.items() if kind not in BARE]
    changes = re.findall(r'<p hidden class="reading">.*?<a href="#([^"]*)">Change', page.html)
    assert changes == asking
    assert all(by_id(page)[name]["tabindex"] == "-1" for name in changes)
    assert 'class="reading"' not in a_page(a_definition(a_question("yes_no"))).html


@pytest.mark.parametrize("kind", ["consent", "yes_no", "matrix"])
def test_in_steps_what_still_needs_an_answer_is_named_beside_send_with_a_link(kind: str) -> None:
    question = a_question(kind, required_because=REASON)
    sections = [a_question("section"), a_question("section", id="other")]
    page = a_page(a_definition(question, a_question("scale"), *sections))
    (line,) = re.findall(r'<p hidden class="error missing missing-(\w+)">(.*?)</p>', page.html)
    assert line[0] == question["id"]
    assert f'<a href="#{question["id"]}">' in line[1]
    assert ("tick the box" in line[1]) is (kind == "consent")
    assert (f"About {kind}?" in line[1]) is (kind != "consent")
