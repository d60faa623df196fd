"""The empty form is rendered once in a warm process, and nobody gets one that is out of date or has another's token."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any

import pytest

from chalicelib.services import Recent, Services
from chalicelib.web.http import NOT_KEPT
from operation.ending import close_survey
from operation.lifecycle import open_survey, publish_definition, start_test
from tests.builders import (
    Browser,
    FakeClock,
    a_bilingual_survey,
    a_definition,
    a_question,
    an_open_survey,
    options,
    text,
)
from tests.functional.shapes import RECEIPT, Page, assert_page

PATH = "/s/a-survey"


class Counting(Recent):
    """Counts what had to be made, by the first word of its key."""

    def __init__(self) -> None:
        super().__init__()
        self.made: Counter[Any] = Counter()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        def counted() -> Any:
            self.made[key[0]] += 1  # type: ignore[index]  # a tuple
            return make()

        return super().get(key, counted)


@pytest.fixture
def pages(services: Services) -> Counting:
    services.pages = Counting()
    return services.pages


def shown(browser: Browser, path: str = PATH, language: str = "en") -> Page:
    return assert_page(browser.get(path), NOT_KEPT, language)


def test_second_visitor_gets_the_rendered_form_with_a_token_of_their_own(
    browser: Browser, services: Services, clock: FakeClock, pages: Counting
) -> None:
    an_open_survey(services, a_question("scale"), a_question("yes_no", show_if={"question": "mood", "at_least": 3}))
    first, second = shown(browser), shown(browser)
    assert pages.made == {"form": 1, "conditions": 1}
    tokens = [page.fields["_token"][0] for page in (first, second)]
    assert tokens[0] != tokens[1]
    assert first.html.replace(tokens[0], tokens[1]) == second.html
    clock.advance(minutes=1)
    receipts = {RECEIPT.search(browser.send_form({"mood": ["4"]}, token=token).body.decode()) for token in tokens}
    assert None not in receipts
    assert len({found.group() for found in receipts if found}) == 2


def test_form_is_rendered_for_each_language_and_each_place_of_the_application(
    browser: Browser, services: Services, pages: Counting
) -> None:
    a_bilingual_survey(services)
    for language, title in (("en", "A few questions"), ("sv", "Några frågor")) * 2:
        assert shown(browser, f"{PATH}?lang={language}", language).text_of("h1") == title
    assert pages.made["form"] == 2
    links = {shown(browser, path).all("script")[0]["src"] for path in (PATH, f"{PATH}/")}
    assert {link.count("../") for link in links} == {1, 2}


def test_surveys_that_were_written_as_often_have_a_form_and_conditions_of_their_own_each(
    browser: Browser, services: Services, pages: Counting
) -> None:
    asked = a_question("yes_no")
    first, second = (
        an_open_survey(
            services, asked, a_question(kind, show_if={"question": asked["id"], "equals": "yes"}), survey=name
        )
        for name, kind in (("first", "scale"), ("second", "short_text"))
    )
    assert (first.revision, first.version) == (second.revision, second.version)
    for name, shows, other in (("first", "mood", "word"), ("second", "word", "mood")) * 2:
        html = shown(browser, f"/s/{name}").html
        for rule in (' id="{}"', '[id="{}"]'):
            assert (rule.format(shows) in html, rule.format(other) in html) == (True, False)
    assert pages.made == {"form": 2, "conditions": 2}


def test_new_version_is_shown_as_soon_as_it_is_known(
    browser: Browser, services: Services, clock: FakeClock, pages: Counting
) -> None:
    an_open_survey(services, a_question("scale"), policy="exact")
    assert "About scale?" in shown(browser).html
    reworded = a_question("scale", label=text("About the scale?"))
    publish_definition(services, a_definition(reworded, policy="exact"), [])
    clock.advance(minutes=1)
    page = shown(browser)
    assert "About the scale?" in page.html
    assert page.fields["_version"] == ["2"]


def test_rules_of_a_new_version_are_shown_with_it_and_never_those_of_the_one_before(
    browser: Browser, services: Services, clock: FakeClock, pages: Counting
) -> None:
    asked = a_question("yes_no"), a_question("scale", show_if={"question": "police_met", "equals": "yes"})
    more = a_question("number", show_if={"question": "police_met", "equals": "no"})
    an_open_survey(services, *asked, policy="exact")
    assert '[id="clients"]' not in shown(browser).texts["style"][1]
    publish_definition(services, a_definition(*asked, more, policy="exact"), [])
    clock.advance(minutes=1)
    rules = shown(browser).texts["style"][1]
    assert '[id="clients"]' in rules
    assert '[id="mood"]' in rules
    assert pages.made["conditions"] == 2


def test_draft_that_was_tried_out_is_not_shown_once_it_was_changed(
    browser: Browser, services: Services, pages: Counting
) -> None:
    publish_definition(services, a_definition(a_question("scale")), [])
    path = f"/{start_test(services, 'a-survey')}"
    assert shown(browser, path).all("form")
    publish_definition(services, a_definition(a_question("scale", label=text("Anew?"))), [])
    changed = f"/{start_test(services, 'a-survey')}"
    assert "Anew?" in shown(browser, changed).html


def test_closed_survey_shows_no_form(browser: Browser, services: Services, clock: FakeClock, pages: Counting) -> None:
    an_open_survey(services, a_question("scale"))
    shown(browser)
    close_survey(services, "a-survey")
    clock.advance(minutes=1)
    assert_page(browser.get(PATH), 410)


def test_form_with_a_value_of_its_link_is_kept_for_links_with_that_value_alone(
    browser: Browser, services: Services, pages: Counting
) -> None:
    an_open_survey(services, a_question("scale"), a_question("hidden"))
    for _ in range(2):
        assert shown(browser, f"{PATH}?source=mail").fields["source"] == ["mail"]
        assert "source" not in shown(browser).fields
        assert "source" not in shown(browser, f"{PATH}?source=anything&other=1").fields
        assert shown(browser, f"{PATH}?source=poster").fields["source"] == ["poster"]
    assert pages.made["form"] == 3


def test_form_that_comes_back_keeps_what_was_typed_and_is_kept_for_nobody_P12(
    browser: Browser, services: Services, pages: Counting
) -> None:
    an_open_survey(services, a_question("scale"), a_question("short_text"))
    shown(browser)
    back = assert_page(browser.send_form({"word": ["a" * 300]}), 422)
    assert back.typed == {"word": ["a" * 300]}
    assert shown(browser).typed == {}
    assert pages.made["form"] == 1


def test_what_is_kept_is_bounded_and_what_is_asked_for_stays() -> None:
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number

    kept = Recent(most=2)
    for number in (1, 2, 1, 3, 1, 2):
        assert kept.get(number, lambda number=number: make(number)) == number  # type: ignore[misc]
    assert made == [1, 2, 3, 2]
    assert len(kept) == 2


def test_promises_of_a_form_that_was_tried_out_are_those_of_now_P13(
    browser: Browser, services: Services, pages: Counting
) -> None:
    for days in (30, 60):
        publish_definition(services, a_definition(a_question("scale"), retention_days=days), [])
        page = shown(browser, f"/{start_test(services, 'a-survey')}")
        assert f"{days} days after the survey closes" in page.html
        assert page.fields["_version"] == ["1"], "the questions are the same"


def test_opened_survey_is_no_longer_shown_as_a_test(browser: Browser, services: Services, pages: Counting) -> None:
    publish_definition(services, a_definition(a_question("scale")), [])
    path = f"/{start_test(services, 'a-survey')}"
    assert "This is a test." in shown(browser, path).html
    open_survey(services, "a-survey")
    for opened in (path, PATH):
        page = shown(browser, opened)
        assert "This is a test." not in page.html
        assert "token=" not in page.html


def codes_of(page: Page, name: str) -> list[str]:
    return [tag["value"] for tag in page.all("input") if tag["name"] == name and tag["value"]]


def test_random_order_differs_by_form_is_kept_when_it_comes_back_and_leaves_what_stands_apart_last_P12(
    browser: Browser, services: Services, clock: FakeClock, pages: Counting
) -> None:
    marked = options(*"abcdefgh", "none", exclusive=["none"], specify=["c"])
    several = a_question("multiple_choice", most=2, options=marked, order="random")
    ranked = a_question("ranking", options=options(*"stuvwxyz"), most=3, order="random")
    an_open_survey(services, several, ranked, a_question("consent"))
    loaded = [shown(browser) for _ in range(4)]
    assert pages.made["form"] == 1
    orders = [codes_of(page, "challenges") for page in loaded]
    assert {tuple(sorted(order)) for order in orders} == {(*"abcdefgh", "none")}
    assert {tuple(order[-2:]) for order in orders} == {("c", "none")}
    assert len(set(map(tuple, orders))) > 1
    first = loaded[0]
    clock.advance(minutes=1)
    sent = {"challenges": ["b", "a", "c"], "wants.s": ["1"]}
    again = Page(browser.send_form(sent, token=first.fields["_token"][0]).body.decode())
    assert codes_of(again, "challenges") == orders[0]
    rows = [[tag["name"] for tag in page.all("input") if tag["name"].startswith("wants.")] for page in (first, again)]
    assert rows[0] == rows[1]
    # A line to specify moves with its option.
    assert first.html.index('value="c"') < first.html.index('name="challenges.c.text"')
    following = [*orders[0], "none"][orders[0].index("c") + 1]
    assert first.html.index('name="challenges.c.text"') < first.html.index(f'id="challenges-{following}"')
