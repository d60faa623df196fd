"""Slips as browsers lay them out: nothing is cut, whatever the languages, and a phone can read them."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Browser

from chalicelib.questionnaire.definition import Definition
from operation.invitations import invite
from operation.slips import slips
from tests.browser.surveys import Surveys
from tests.browser.visits import PATIENCE
from tests.builders import a_document, a_question, opened

BASE = "https://x1abcdefgh.execute-api.eu-north-1.amazonaws.com/api"
#: CSS pixels: an inch has 96.
CM = 96 / 2.54
A4_HEIGHT = 29.7 * CM
#: What makes our members' work safer, in the words of some surveys.
TITLES = {
    "en": "What makes our members' work safer and easier in 2026?",
    "sv": "Vad gör våra medlemmars arbete tryggare och lättare 2026?",
    "nb": "Hva gjør medlemmenes arbeid tryggere i 2026?",
    "fi": "Mikä tekee jäsentemme työstä turvallisempaa vuonna 2026?",
    "is": "Hvað gerir starf félagsmanna öruggara árið 2026?",
    "ar": "ما الذي يجعل عمل أعضائنا أكثر أمانًا في عام 2026؟",
}
#: Of each slip: its height, what stands out of it, and how large QR code and invitation code are.
MEASURES = """() => [...document.querySelectorAll(".slip")].map(slip => {
  const box = slip.getBoundingClientRect();
  const outside = [...slip.querySelectorAll("*:not(use, wbr)")].filter(part => {
    const {left, right, top, bottom} = part.getBoundingClientRect();
    return left < box.left || right > box.right + 1 || top < box.top || bottom > box.bottom + 1;
  });
  const [qr, code] = [slip.querySelector("svg"), slip.querySelector("b")].map(part => part.getBoundingClientRect());
  return {
    height: box.height, left: box.left, outside: outside.map(part => part.outerHTML), qr: qr.width, code: code.height,
    lines: slip.querySelector("b").getClientRects().length,
  };
})"""
_names = itertools.count()


@pytest.mark.parametrize("title", ["its own", "long"])
@pytest.mark.parametrize("languages", [("en",), ("ar",), ("en", "sv"), ("ar", "sv", "en"), tuple(TITLES)])
def test_nothing_is_cut_and_all_is_large_enough(
    browser: Browser, surveys: Surveys, languages: tuple[str, ...], title: str
) -> None:
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    page.set_default_timeout(PATIENCE)
    try:
        page.emulate_media(media="print")
        page.set_content(slips_in(surveys, languages, title == "long"))
        measured = page.evaluate(MEASURES)
    finally:
        page.close()
    assert [slip["outside"] for slip in measured] == [[]] * 3
    assert {slip["lines"] for slip in measured} == {1}
    assert min(slip["qr"] for slip in measured) >= 3.3 * CM
    assert min(slip["code"] for slip in measured) >= 0.6 * CM
    assert len({round(slip["height"]) for slip in measured}) == 1, "one cut for a row"
    most = A4_HEIGHT if title == "its own" else 2 * A4_HEIGHT
    assert measured[0]["height"] <= most


def slips_in(surveys: Surveys, languages: tuple[str, ...], is_long: bool) -> str:
    """Three slips of a new survey."""
    services = surveys.services
    document = a_document(a_question("yes_no"), survey=f"slips-{next(_names)}", access="invitation")
    asked = document["questionnaire"]
    asked["languages"] = {code: {"name": code, "reviewed_by": "A. Reviewer"} for code in languages}
    asked["title"] = {code: (f"{TITLES[code]} " * 4).strip()[:200] if is_long else TITLES[code] for code in languages}
    first = languages[0]
    for name in ("asked_by", "introduction", "thanks"):
        asked[name] = {first: "The network of many people in several countries"}
    for question in asked["questions"]:
        question["label"] = {first: "Is it so?"}
    survey = opened(services, Definition.model_validate(document))
    return slips(services, survey, invite(services, survey.id, 3), BASE)
