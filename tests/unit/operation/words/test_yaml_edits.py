"""Words go into a file where they belong; comments, layout, and all that is not said anew stay to the byte."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.base import UNPRINTABLE
from operation.authoring.loader import parse_definition
from operation.authoring.places import QUESTIONNAIRE, QUESTIONS, SETTINGS, Place, all_texts
from operation.gallery import LIBRARY
from operation.words.changes import Changes
from operation.words.texts import as_stored
from operation.words.workbook import Language
from operation.words.yaml_edits import edited

SMALL = """\
# Ours.
survey: a-survey
settings: {policy: exact, exit_link: "https://example.org/"}   # short
questionnaire:
  languages:
    en: {name: "English"}

  # What stands in the tab.
  title: {en: 'A few questions'}   # in one line
  asked_by:
    en: The network
  introduction:
    en: |   # a comment
        One line.

        Another one.

  # After a blank line.
  thanks:
    en: >-
      Thank you
      all.
  minutes: 2
  questions:
    - {id: met, kind: yes_no, label: {en: "Met?"}}
"""
THANKS, TITLE, INTRODUCTION = (QUESTIONNAIRE / name for name in ("thanks", "title", "introduction"))
ASKED = QUESTIONNAIRE / "asked_by"
MET = QUESTIONS / 0 / "label"


def with_texts(content: str, texts: Mapping[Place, dict[str, str]], **others: Any) -> str:
    return edited(content.encode(), Changes(texts=dict(texts), **others)).decode()


def differences(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_without_changes_a_file_stays_to_the_byte(path: Path) -> None:
    assert edited(path.read_bytes(), Changes()) == path.read_bytes()


def test_a_new_language_adds_lines_and_takes_none_away() -> None:
    after = with_texts(
        SMALL,
        {INTRODUCTION: {"et": "Üks.\n\nKaks."}, THANKS: {"et": "Aitäh."}, ASKED: {"et": "Võrk: meie"}},
        languages={"et": Language("et", "Eesti")},
        reviewers={"et": "A. “B”"},
    )
    assert differences(SMALL, after) == [
        '+     et: {name: "Eesti", reviewed_by: "A. “B”"}',
        '+     et: "Võrk: meie"',
        "+     et: |",
        "+       Üks.",
        "+ ",
        "+       Kaks.",
        "+     et: >-",
        "+       Aitäh.",
    ]


def test_comments_beside_what_changes_stay() -> None:
    after = with_texts(
        SMALL, {TITLE: {"en": "Two\nlines"}, INTRODUCTION: {"en": "One.\n\nTwo."}, THANKS: {"en": "Ta."}}
    )
    assert differences(SMALL, after) == [
        "-   title: {en: 'A few questions'}   # in one line",
        '+   title: {en: "Two\\nlines"}   # in one line',
        "-         One line.",
        "+         One.",
        "-         Another one.",
        "+         Two.",
        "-       Thank you",
        "-       all.",
        "+       Ta.",
    ]


def test_a_reviewer_who_is_gone_becomes_null() -> None:
    before = SMALL.replace('{name: "English"}', '{name: "English", reviewed_by: "A."}')
    after = with_texts(before, {}, reviewers={"en": None})
    assert '    en: {name: "English", reviewed_by: null}\n' in after


def test_norwegian_is_quoted_since_other_programs_take_it_for_false() -> None:
    assert '"no": "Møtt?"' in with_texts(SMALL, {MET: {"no": "Møtt?"}})


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json_stays_json(indent: Any) -> None:
    data = parse_definition(SMALL.encode())[0].model_dump(mode="json", exclude_none=True)
    data["settings"] = {"policy": "exact", "exit_link": "https://example.org/"}
    written = json.dumps(data, indent=indent)
    new = {"languages": {"et": Language("et", "Eesti")}, "reviewers": {"et": "A.", "en": "B."}}
    after = json.loads(with_texts(written, {TITLE: {"et": "M\nõ"}, MET: {"en": "“Met”?"}}, **new))
    data["questionnaire"]["languages"] = {
        "en": {"name": "English", "reviewed_by": "B."},
        "et": {"name": "Eesti", "reviewed_by": "A."},
    }
    data["questionnaire"]["title"]["et"] = "M\nõ"
    data["questionnaire"]["questions"][0]["label"]["en"] = "“Met”?"
    assert after == data


def test_ends_of_lines_and_the_mark_of_windows_stay() -> None:
    before = b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()
    texts = {INTRODUCTION: {"en": "One.\nTwo.", "sv": "Ett.\n\nTvå."}}
    after = edited(before, Changes(texts=texts, languages={"sv": Language("sv", "Svenska")}))
    assert after.startswith(b"\xef\xbb\xbf#")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert parse_definition(after)[0].questionnaire.introduction == texts[INTRODUCTION]


@pytest.mark.parametrize("place", [TITLE, ASKED, INTRODUCTION, THANKS, MET], ids=str)
@pytest.mark.parametrize(
    "said",
    [
        *(
            "a\u2028b",
            "a \u2028 b",
            "a\tb",
            "One.\n\tTwo.",
            "a\ufeffb",
            "two  blanks",
            "a" * 200,
            f"{'a' * 110}  {'b' * 20}",
        ),
        *("# none", "a: b # c", "- a\n- b", "{a}", "|", "null", "no", "'", '"', "\\n", "%a", "a\n\n\nb", "a\n  - b"),
    ],
)
def test_signs_of_yaml_are_words_wherever_they_stand(place: Place, said: str) -> None:
    beside = SMALL.replace("    en: The network\n", '    en: "The network"   # a comment\n')
    after, _ = parse_definition(with_texts(beside, {place: {"en": said}}).encode())
    assert dict(all_texts(after))[place]["en"] == said


WORDS = (
    st.text(
        st.characters(exclude_categories=["Cs"]) | st.sampled_from(list("\n\n  \t:#-|>'\"\\&*!%@`{}[],?\u2028\x85"))
    )
    .map(as_stored)
    .filter(lambda text: text.strip() and not UNPRINTABLE.search(text) and any(map(str.isalnum, text)))
)
PLACES = [TITLE, ASKED, INTRODUCTION, THANKS, MET, SETTINGS / "limits"]


@pytest.mark.slow  # a few hundred files are read
@given(st.dictionaries(st.sampled_from(PLACES[:-1]), st.fixed_dictionaries({}, optional={"en": WORDS, "fi": WORDS})))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_is_read_again_and_nothing_else_changes(texts: dict[Place, dict[str, str]]) -> None:
    texts = {place: wordings for place, wordings in texts.items() if wordings}
    changes = Changes(texts=texts, languages={"fi": Language("fi", "Suomi: “#”")}, reviewers={"fi": "A #1", "en": "B"})
    before, _ = parse_definition(SMALL.encode())
    after, _ = parse_definition(edited(SMALL.encode(), changes))
    wanted = before.model_dump(mode="json")
    wanted["questionnaire"]["languages"] = {
        "en": {"name": "English", "reviewed_by": "B"},
        "fi": {"name": "Suomi: “#”", "reviewed_by": "A #1"},
    }
    for place, wordings in texts.items():
        holder = wanted
        for key in place.keys:
            holder = holder[key]  # type: ignore[index]
        holder.update({language: wording.strip() for language, wording in wordings.items()})
    assert after.model_dump(mode="json") == wanted
