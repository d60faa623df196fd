"""A figure as an SVG that stands alone: all that it says, in every language and in grey."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from random import Random
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from chalicelib.errors import in_english
from chalicelib.locale import page_translator
from chalicelib.publication.canvas import (
    HATCHED,
    INK,
    MUTED,
    PALE,
    PALE_APART,
    PAPER,
    SOLID,
    SOLID_APART,
)
from chalicelib.publication.drawing import DARK, SHADES
from chalicelib.publication.figure_file import figure_svg, figures_of
from chalicelib.publication.figures import figure_of
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from tests.builders import a_question, text
from tests.unit.publication.a_release import a_release
from tests.unit.publication.an_answered_release import an_answered_release
from tests.unit.web.test_contrast import contrast

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("single_choice", "multiple_choice", "scale", "matrix", "ranking", "number", "date", "yes_no", "long_text")
#: All that a figure is made of. Nothing of it runs, loads or is styled.
ELEMENTS = {"svg", "title", "desc", "defs", "pattern", "path", "rect", "text"}
METHODS = [("exact", "invitation"), ("protected", "invitation"), ("protected", "open")]


def a_person(chance: Random) -> dict[str, Any]:
    return {
        "country": chance.choice(["se", "se", "no"]),
        "challenges": chance.sample(["law", "stigma", "police"], 2),
        "mood": chance.randrange(1, 6),
        "harder": {"home": chance.choice(["not", "some", "much", "much"]), "work": "some"},
        "wants": chance.sample(["home", "rest", "pay"], 2),
        "clients": chance.randrange(300),
        "moved": "2024-02-29",
        "police_met": chance.random() < 0.6,
        "wish": "A home.",
    }


def released(editions: int = 1, policy: str = "protected", access: str = "invitation", **changes: Any) -> Release:
    """Of 100 people each; they have told all kinds of things."""
    chance, release = Random(7), None  # noqa: S311
    for _ in range(editions):
        people = [a_person(chance) for _ in range(100)]
        questions = [a_question(kind) for kind in KINDS]
        release = an_answered_release(questions, people, policy=policy, access=access, previous=release, **changes)
    assert release is not None
    return release


def drawings(release: Release, language: str = "en") -> dict[str, Element]:
    """Every figure of a release as it is read from its file."""
    worded = WordedRelease.of(release, language, page_translator(language))
    return {name: fromstring(figure_svg(each, worded)) for name, each in figures_of(worded).items()}  # noqa: S314


def texts(drawing: Element) -> list[str]:
    return [each.text or "" for each in drawing.iter(f"{SVG}text")]


def said(drawing: Element) -> str:
    """All that stands in it, lines joined."""
    return " ".join(texts(drawing))


def described(drawing: Element) -> str:
    return drawing.findtext(f"{SVG}desc") or ""


@pytest.mark.parametrize(("policy", "access"), METHODS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_figure_of_every_kind_stands_alone_P8(policy: str, access: str, language: str) -> None:
    """It is read as XML, runs, loads and needs nothing, and says to everybody what it shows."""
    found = drawings(released(2, policy, access, languages=("en", "ar"), title=text("Us", ar="نحن")), language)
    assert len(found) == len(KINDS)
    for drawing in found.values():
        assert {each.tag.removeprefix(SVG) for each in drawing.iter()} <= ELEMENTS
        attributes = [(name, value) for each in drawing.iter() for name, value in each.attrib.items()]
        assert not [name for name, _ in attributes if name in ("style", "class", "href") or name.startswith("on")]
        assert {value for _, value in attributes if "url(" in value or "//" in value} <= {HATCHED}
        assert not [value for _, value in attributes if "var(" in value]
        assert drawing.get("viewBox") == f"0 0 800 {drawing.get('height')}"
        assert (drawing.get("role"), drawing.get("lang")) == ("img", language)
        assert drawing.get("{http://www.w3.org/XML/1998/namespace}lang") == language
        assert [drawing[0].tag, drawing[1].tag] == [f"{SVG}title", f"{SVG}desc"]
        assert drawing[0].text


@pytest.mark.parametrize(
    ("policy", "access", "rounding"),
    [
        ("exact", "invitation", "Every number is exact."),
        (
            "protected",
            "invitation",
            "Every number is rounded to protect people. The strong part of a bar is certain; the pale part shows how"
            " far the true number can reach.",
        ),
        (
            "protected",
            "open",
            "Every number is changed a little to protect people. About nine in ten true numbers reach into the pale"
            " part of their bar, and no farther.",
        ),
    ],
)
def test_figure_says_what_it_finds_what_was_asked_of_whom_by_whom_and_how_far_off_P14(
    policy: str, access: str, rounding: str
) -> None:
    release = released(policy=policy, access=access)
    drawing = drawings(release)["country"]
    assert texts(drawing)[:2] == [drawing.findtext(f"{SVG}title"), "About single_choice?"]
    about = "about " if access == "open" else ""
    for sentence in (
        f"Of {about}{release.responses} answers.",
        rounding,
        "Source: The network, A few questions, Release 1, February 2026",
    ):
        assert sentence in said(drawing)
        assert sentence in described(drawing)


def test_invented_answers_are_said_to_be_invented_in_every_figure() -> None:
    warning = "These answers are invented, to show what results look like."
    assert all(warning in said(drawing) for drawing in drawings(released(synthetic=True)).values())
    assert not any(warning in said(drawing) for drawing in drawings(released()).values())


def test_dark_and_pale_are_explained_only_where_they_are_drawn() -> None:
    explained = {name for name, drawing in drawings(released()).items() if "strong part" in said(drawing)}
    assert explained == {"country", "challenges", "mood", "clients", "moved", "police_met"}


def test_every_bar_has_its_share_at_its_end_and_it_is_told_in_words() -> None:
    worded = WordedRelease.of(released(), "en", in_english)
    for name, drawing in drawings(released()).items():
        figure = figure_of(figures_of(worded)[name])
        ends = [bar.told for bar in figure.bars] + [row.lead for row in figure.stacks]
        assert Counter(ends) <= Counter(texts(drawing))
        told = [f"{bar.label}: {bar.told}" for bar in figure.bars]
        told += [f"{row.label}: {row.lead}" for row in figure.stacks]
        assert all(each in described(drawing) for each in told)
        assert all(f"{part.label} {part.count}" in described(drawing) for row in figure.stacks for part in row.parts)


def test_bars_are_as_long_as_their_shares() -> None:
    counts = {"country": {"se": 30, "no": 15, "other": 15}}
    drawing = drawings(a_release(a_question("single_choice"), counts=counts))["country"]
    lengths = [float(each.get("width", 0)) for each in drawing.iter(f"{SVG}rect") if each.get("fill") == SOLID]
    assert [round(length / lengths[0], 2) for length in lengths] == [1, 0.5, 0.5]


def test_lines_over_editions_stand_beneath_and_say_what_moved() -> None:
    for name, drawing in drawings(released(2)).items():
        assert re.search("(Up|Down|No sure change) since release 1", said(drawing)), name
        assert "Beside each release: the mark is what was printed" in said(drawing)
    assert "Beside each release" not in said(drawings(released(1))["mood"])


def test_rows_that_are_of_different_numbers_of_answers_show_theirs_P14() -> None:
    first = a_release(a_question("matrix"))
    first = first.model_copy(update={"tables": first.tables[:1]})
    drawing = drawings(a_release(a_question("matrix"), previous=first))["harder"]
    assert {"Home (120)", "Work (60)"} <= set(texts(drawing))


# --- what an author wrote ---------------------------------------------------------------------------------------------


def test_labels_and_titles_are_text_whatever_stands_in_them() -> None:
    evil = '</text><script>alert("x")</script>&amp;]]>'
    choice = a_question("single_choice", label=text(evil))
    choice["options"] = [{"code": code, "label": text(evil)} for code in ("se", "no")]
    release = a_release(choice, title={"en": "A", "sv": "B"})
    hostile = release.model_copy(update={"title": {"en": evil}, "asked_by": {"en": f"{evil}\x00\x0b"}})
    (drawing,) = drawings(hostile).values()
    assert {each.tag.removeprefix(SVG) for each in drawing.iter()} <= ELEMENTS
    assert "".join(said(drawing).split()).count(evil.replace(" ", "")) >= 5


def test_drawing_in_a_language_that_runs_left_is_mirrored() -> None:
    release = released(languages=("en", "ar"))
    english, arabic = drawings(release, "en")["country"], drawings(release, "ar")["country"]

    def bars(drawing: Element) -> list[tuple[float, float]]:
        rectangles = [each.attrib for each in drawing.iter(f"{SVG}rect") if each.get("fill") in (SOLID, PALE)]
        return [(float(each["x"]), float(each["width"])) for each in rectangles]

    mirrored = [(round(800 - x - width), width) for x, width in bars(arabic)]
    # Labels are the same, but shares may be of other widths.
    assert {x for x, _ in mirrored} == {round(x) for x, _ in bars(english)}
    assert (english.get("direction"), arabic.get("direction")) == ("ltr", "rtl")


def test_text_runs_as_its_first_letter_does_and_begins_where_the_page_does() -> None:
    release = released(languages=("ar", "en"), title={"ar": "نحن"})
    drawing = drawings(release, "ar")["country"]
    label = next(each for each in drawing.iter(f"{SVG}text") if each.text == "SE")
    assert (label.get("direction"), label.get("text-anchor"), label.get("x")) == ("ltr", "end", "776")
    asked = next(each for each in drawing.iter(f"{SVG}text") if re.match("[\u0600-\u06ff]", each.text or ""))
    assert (asked.get("direction"), asked.get("text-anchor")) == ("rtl", "start")


# --- colours ----------------------------------------------------------------------------------------------------------


def test_text_is_told_from_what_it_stands_on() -> None:
    """WCAG 2.2, 1.4.3, on paper and inside of bars."""
    grounds = [(INK, PAPER), (MUTED, PAPER), (INK, PALE_APART)]
    grounds += [(PAPER if shade >= DARK else INK, SHADES[shade - 1]) for shade in range(1, len(SHADES) + 1)]
    assert {pair: contrast(*(each[1:] for each in pair)) for pair in grounds if not _is_read(*pair)} == {}


def _is_read(ink: str, ground: str) -> bool:
    return contrast(ink[1:], ground[1:]) >= 4.5


def test_shades_next_to_each_other_are_told_apart_in_grey() -> None:
    """Contrast is of lightness alone; dark and pale of one bar, and steps of a scale."""
    assert min(contrast(one[1:], other[1:]) for one, other in pairwise(SHADES)) >= 1.2
    assert contrast(SOLID[1:], PALE[1:]) >= 3
    assert contrast(SOLID_APART[1:], PALE_APART[1:]) >= 2.5
    assert contrast(SOLID[1:], PAPER[1:]) >= 3
