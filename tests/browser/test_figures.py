"""Figures as files, as browsers draw them: by the fonts of this machine no text is cut, and none lies on another."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser

from chalicelib.locale import page_translator
from chalicelib.publication.canvas import SOLID
from chalicelib.publication.figure_file import figure_svg, figures_of
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from tests.browser.visits import PATIENCE, Visitor
from tests.builders import a_question
from tests.unit.publication.an_answered_release import an_answered_release

#: Two sentences in scripts of other widths, and a word that no line takes.
WORDINGS = {
    "en": ("Where we meet the people who pay us, in an ordinary week of this year, WHEREVER THAT IS", "W" * 60),
    "fi": ("Asunnon löytäminen, johon minulla on varaa, tai jonka vuokraisin mieluummin", "Lentokonesuihku" * 5),
    "ar": ("العثور على سكن أستطيع دفع ثمنه أو أفضل استئجاره في هذا العام", "المستشفيات" * 8),
    "ja": ("今年の普通の週に、私たちにお金を払う人々とどこで会いますか、そしてそれはなぜですか", "街" * 60),
    "ru": ("Где мы встречаемся с теми, кто нам платит, в обычную неделю этого года, ЩЖШМЫЮ", "Щ" * 50),
}
KINDS = ("single_choice", "multiple_choice", "scale", "matrix", "ranking", "long_text")
#: Texts that lie on another, or within a third of the margin; letters reach a little out of their own boxes.
FAULTS = """() => {
  const root = document.documentElement, [, , width, height] = root.getAttribute("viewBox").split(" ").map(Number);
  const texts = [...document.querySelectorAll("text")].map(text => ({said: text.textContent, box: text.getBBox()}));
  const ends = box => [box.x, box.x + box.width, box.y, box.y + box.height];
  const outside = texts.filter(({box}) => {
    const [left, right, top, bottom] = ends(box);
    return left < 16 || right > width - 16 || top < 0 || bottom > height;
  });
  const lie = texts.flatMap((one, place) => texts.slice(place + 1).filter(other => {
    const [a, b, c, d] = ends(one.box), [e, f, g, h] = ends(other.box);
    return a < f - 1 && e < b - 1 && c < h - 4 && g < d - 4;
  }).map(other => one.said + " | " + other.said));
  return {texts: texts.length, outside: outside.map(({said}) => said), lie};
}"""


def a_long_release(language: str) -> Release:
    """Two editions of questions with long labels, each about itself."""
    sentence, word = WORDINGS[language]

    def told(wording: str) -> dict[str, str]:
        return {"en": wording, language: wording}

    def options(*codes: str) -> list[dict[str, Any]]:
        return [{"code": code, "label": told(word if place else sentence)} for place, code in enumerate(codes)]

    longer: dict[str, dict[str, Any]] = {
        "single_choice": {"options": options("se", "no", "fi")},
        "multiple_choice": {"options": options("a", "b", "c")},
        "scale": {"least": 0, "most": 10, "least_label": told(sentence), "most_label": told(word)},
        "matrix": {"options": options("a", "b", "c", "d"), "rows": options("home", "work")},
        "ranking": {"options": options("home", "rest", "pay"), "most": 3},
    }
    questions = [a_question(kind, label=told(sentence), **longer.get(kind, {})) for kind in KINDS]
    chance, release = Random(language), None  # noqa: S311
    for _ in range(2):
        people = [
            {
                "country": chance.choice(["se", "se", "no"]),
                "challenges": [chance.choice("abc")],
                "mood": chance.randrange(11),
                "harder": {"home": chance.choice("abcdd"), "work": chance.choice("abcd")},
                "wants": chance.sample(["home", "rest", "pay"], 3),
                "wish": "A home.",
            }
            for _ in range(60)
        ]
        titled: dict[str, Any] = {"languages": ("en", language), "title": told(sentence), "asked_by": told(sentence)}
        release = an_answered_release(questions, people, previous=release, synthetic=True, **titled)
    assert release is not None
    return release


@pytest.mark.parametrize("language", WORDINGS)
def test_no_text_of_a_figure_is_cut_or_lies_on_another_in_any_script(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    worded = WordedRelease.of(a_long_release(language), language, page_translator(language))
    page = browser.new_page(viewport={"width": 800, "height": 600})
    page.set_default_timeout(PATIENCE)
    try:
        for name, each in figures_of(worded).items():
            path = tmp_path / f"{name}.svg"
            path.write_text(figure_svg(each, worded), "utf-8")
            page.goto(path.as_uri())
            found = page.evaluate(FAULTS)
            assert found.pop("texts") > 5
            assert found == {"outside": [], "lie": []}, name
    finally:
        page.close()


def test_figure_that_is_opened_alone_is_drawn_under_the_policy_it_comes_with(visit: Visitor) -> None:
    """Nothing in it needs what the policy refuses."""
    page = visit("about:blank", script=True)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto("/api/surveys/member-challenges-2025/releases/1/figures/main_challenges.svg?lang=en")
    dark = page.locator(f"rect[fill='{SOLID}']").first
    assert dark.evaluate("bar => getComputedStyle(bar).fill") == "rgb(20, 86, 107)"
    assert page.locator("text").count() > 5
    assert refused == []
