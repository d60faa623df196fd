"""What each line of an outline looks like, as word processors paste it."""

from __future__ import annotations

import pytest

from operation.outlines.lines import Line, LineKind, lines_of


def line(text: str) -> Line:
    [found] = lines_of(text)
    return found


@pytest.mark.parametrize(
    "written",
    [
        "1. Why?",
        "1) Why?",
        "(1) Why?",
        "1: Why?",
        "1.Why?",
        "1.\tWhy?",
        "1.\u00a0Why?",
        "**1. Why?**",
        "1. **Why?**",
        "Q1. Why?",
        "Q1 Why?",
        "Question 1: Why?",
        "1 – Why?",
        "1．Why?",
        "١. Why?",
        "1\\. Why?",
        "12.3. Why?",
        "1.1 Why?",
        "1.1.2\tWhy?",
        "  3. Why?",
        *("Fråga 1. Why?", "Fråga 1: Why?", "Spørsmål 1: Why?", "Spm. 1 Why?", "Kysymys 1. Why?", "Spurning 1. Why?"),
        "السؤال 1: Why?",
    ],
)
def test_numbered_line_is_one_however_it_is_numbered(written: str) -> None:
    assert (line(written).looks, line(written).text) == (LineKind.NUMBERED, "Why?")


@pytest.mark.parametrize(
    "written",
    [
        "- Talk",
        "-\tTalk",
        "* Talk",
        "+ Talk",
        "• Talk",
        "•\tTalk",
        "·  Talk",
        "– Talk",
        "—Talk",
        "o\tTalk",
        "o   Talk",
        "\uf0b7\tTalk",
        "▪ Talk",
        "☐ Talk",
        "[ ] Talk",
        "- [x] Talk",
        "( ) Talk",
        "○ Talk",
        "  - Talk",
        "-Talk",
        "− Talk",
        "- **Talk**",
    ],
)
def test_option_is_one_whatever_its_bullet(written: str) -> None:
    assert (line(written).looks, line(written).text) == (LineKind.BULLET, "Talk")


@pytest.mark.parametrize("written", ["a) Talk", "A. Talk", "(b) Talk", "iv) Talk"])
def test_lettered_line_is_an_option(written: str) -> None:
    assert (line(written).looks, line(written).text) == (LineKind.LETTERED, "Talk")


@pytest.mark.parametrize(
    "written",
    [
        "2.5 million people",
        "o mother",
        "10:30 we meet",
        "2024. A year",
        "-5 degrees",
        "*so* it is",
        "“Smart” quotes",
        "#1 of all",
    ],
)
def test_line_that_only_begins_so_is_plain(written: str) -> None:
    assert (line(written).looks, line(written).text) == (LineKind.PLAIN, written)


@pytest.mark.parametrize("written", ["# About you", "## About you ##", "### **About you**", "About you\n========="])
def test_heading_is_one(written: str) -> None:
    assert (line(written).looks, line(written).text) == (LineKind.HEADING, "About you")


@pytest.mark.parametrize(
    ("written", "kind"), [("---", LineKind.RULE), ("* * *", LineKind.RULE), (" \t\u200b", LineKind.BLANK)]
)
def test_what_says_nothing_is_told_apart(written: str, kind: LineKind) -> None:
    assert line(written).looks is kind


@pytest.mark.parametrize(("written", "is_boxed"), [("☐ a", True), ("- [ ] a", True), ("○ a", False), ("( ) a", False)])
def test_box_before_an_option_is_told_from_a_circle(written: str, is_boxed: bool) -> None:
    assert line(written).is_boxed is is_boxed


def test_lines_end_where_any_program_ends_them_and_count_from_one() -> None:
    assert [each.number for each in lines_of("a\r\nb\rc\nd\u2028e\x0bf")] == [1, 2, 3, 4, 5, 6]
