"""What authors are told of their formatted texts: what is shown as written, and links that are not what they say."""

from __future__ import annotations

import pytest

from operation.authoring import markdown_rules as markdown_checks
from operation.authoring.taps import formats_of, taps_of
from tests.builders import a_definition, a_question, text
from tests.unit.operation.authoring.found import FIRST, codes_of, found_with, messages_with

PLACE = f"{FIRST}.hint"


def found(wording: str) -> list[tuple[str, str]]:
    return [
        (code, severity)
        for place, code, severity in found_with(a_question("yes_no", hint=text(wording)))
        if place == PLACE
    ]


@pytest.mark.parametrize(
    ("wording", "what"),
    [
        ("# Heading", "headings"),
        ("One\n---", "headings"),
        ("![a](https://a.example/b.png)", "images"),
        ("Press `x`", "code"),
        ("<b>bold</b>", "HTML"),
        ("> said", "quotations"),
        ("| a | b |\n|---|---|\n| c | d |", "tables"),
        ("~~gone~~", "struck text"),
        ("_Name_", "underscores for emphasis"),
        ("- a\n  - b\n- c", "lists within lists"),
        ('[a](https://a.example "b")', "titles of links"),
        ("[a]\n\n[a]: https://a.example", "references of links"),
        ("Call [020 50](020 50)", "links without https: or tel:"),
    ],
)
def test_what_is_shown_as_it_is_written_is_a_warning_that_quotes_what_people_will_read(wording: str, what: str) -> None:
    assert found(wording) == [("unsupported_markdown", "warning")]
    [message] = messages_with(a_question("yes_no", hint=text(wording)))
    assert message.startswith(f"In “en”, {what} cannot be used here. People will read: “")


@pytest.mark.parametrize("wording", ["Is **this** so?", "[Here](https://a.example)?", "As on https://a.example?"])
def test_marks_in_a_text_that_is_plain_are_a_warning(wording: str) -> None:
    """Whoever writes a link into a question or a consent would see it in brackets on the page, and not before."""
    [message] = messages_with(a_question("yes_no", label=text(wording)))
    assert message.startswith("In “en” this is shown as it is written")
    assert not [each for each in messages_with(a_question("note", label=text(wording))) if "as it is written" in each]


@pytest.mark.parametrize("wording", ["5 ** 3", "[1] (2)", "Which one [or two]?", "What does *it* cost?"])
def test_marks_that_are_none_pass_in_a_plain_text(wording: str) -> None:
    assert messages_with(a_question("yes_no", label=text(wording))) == []


@pytest.mark.parametrize(
    "wording",
    [
        "1. May",
        "#1 problem",
        "5 * 3",
        "a_b",
        "2 < 3",
        "**Bold** and\n\n- one\n- two",
        "Costs* apply.",
        "<3 you",
        "a\n\nb",
    ],
)
def test_what_reads_as_it_is_meant_passes(wording: str) -> None:
    assert found(wording) == []


@pytest.mark.parametrize(
    "wording",
    [
        *("[a](http://b.example)", "[a](javascript:b)", "[a](https://u:p@b.example)", "[a](/b)", "[a](tel:12-34)"),
        *("[](https://b.example)", "[a](mailto:b)", "[a](https://bé.example)"),
    ],
)
def test_a_link_that_may_not_be_shown_is_an_error(wording: str) -> None:
    assert found(wording) == [("forbidden_link", "error")]


@pytest.mark.parametrize(
    "wording",
    [
        *(
            "[https://a.example](https://b.example)",
            "[a.example](https://b.example)",
            "[www.a.example](https://b.example)",
        ),
        *(
            "[a.example](https://a.example.b.example)",
            "[a.example/c](https://a.example/d)",
            "[a@b.example](mailto:c@d.example)",
        ),
        *(
            "[020 50 50 50](tel:+4620505051)",
            "[112](tel:113)",
            "[a.example](tel:112)",
            "[Go to a.example](https://b.example)",
        ),
        "[http://a.example](https://a.example)",
    ],
)
def test_a_label_that_names_another_address_is_an_error(wording: str) -> None:
    assert found(wording) == [("misleading_link", "error")]


@pytest.mark.parametrize(
    "wording",
    [
        *(
            "[https://a.example](https://a.example/)",
            "[a.example](https://www.a.example/b)",
            "[Read more](https://a.example)",
        ),
        *(
            "[020-50 50 50](tel:+4620505050)",
            "[+46 20 50 50 50](tel:+4620505050)",
            "[Ring 112](tel:112)",
            "https://a.example/b",
        ),
        *("[a@b.example](mailto:A@b.example)", "[Day 1](https://a.example)", "[24 hours](https://a.example)"),
    ],
)
def test_a_label_that_names_where_it_leads_passes(wording: str) -> None:
    assert found(wording) == []


def test_every_code_of_the_markdown_rules_is_tested_here() -> None:
    assert codes_of(markdown_checks) == {"unsupported_markdown", "forbidden_link", "misleading_link"}


def test_what_can_be_tapped_and_what_is_formatted_is_listed() -> None:
    line = {"id": "help", "label": text("Help"), "telephone": "+46 20", "link": "https://a.example/"}
    definition = a_definition(
        a_question("yes_no", hint={"en": "**See** https://b.example", "sv": "*Se* https://b.example\n- ett\n- två"}),
        support=[line],
        contact={"label": text("Us"), "email": "us@c.example"},
    )
    assert [str(each) for each in taps_of(definition)] == [
        "settings.exit_link: https://example.org/",
        "settings.support, line “help”: tel:+4620",
        "settings.support, line “help”: https://a.example/",
        "settings.contact: mailto:us@c.example",
        "question “police_met”, hint (en, sv): https://b.example",
    ]
    assert [str(each) for each in formats_of(definition)] == [
        "question “police_met”, hint (en): bold words",
        "question “police_met”, hint (sv): a list",
        "question “police_met”, hint (sv): emphasis",
    ]
