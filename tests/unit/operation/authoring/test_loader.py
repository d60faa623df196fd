"""Reading a definition file: nothing in it brings a traceback, and everything wrong with it is said at once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.visible_text import can_be_seen, composed
from operation.authoring import loader, stand_ins, yaml_errors, yaml_reader
from operation.authoring.loader import definition_of, load_definition, parse_definition
from operation.authoring.places import FILE, QUESTIONS, SETTINGS
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.errors import DefinitionError
from operation.gallery import library
from tests.builders import a_document, a_question, options, text
from tests.library import usable
from tests.unit.operation.authoring.found import codes_of
from tests.unit.operation.authoring.refusals import problems_of

LIBRARY = Path(loader.__file__).parents[1] / "library"

#: A whole definition, by hand, so that its lines can be counted.
YAML = """\
survey: a-survey
settings:
  exit_link: https://example.org/
questionnaire:
  languages:
    en: {name: English}
  title: {en: Title}
  asked_by: {en: The network}
  introduction: {en: We ask.}
  thanks: {en: Thanks.}
  minutes: 2
  questions:
    - id: country
      kind: single_choice
      label: {en: Country}
      options:
        - {code: no, label: {en: Norway}}
        - {code: on, label: {en: Ontario}}
    - id: more
      kind: long_text
      label: {en: More}
      hint: {en: Name nobody.}
"""


def problems_in(content: bytes | str) -> list[DefinitionProblem]:
    """What is wrong with a file; a file with nothing wrong fails the test."""
    with pytest.raises(DefinitionError) as caught:
        parse_definition(content.encode() if isinstance(content, str) else content)
    return list(caught.value.problems)


def found_in(content: bytes | str) -> list[tuple[str, str, int | None]]:
    return [(str(problem.place), problem.code, problem.line) for problem in problems_in(content)]


#: What a fragment of a definition lacks besides; of no interest to a test of something else.
LACKS = {"missing", "extra_forbidden", "dict_type", "model_type", "not_a_definition"}


def tricks_in(content: bytes | str) -> list[tuple[str, str, int | None]]:
    return [found for found in found_in(content) if found[1] not in LACKS] or found_in(content)


def test_a_whole_definition_has_no_problems() -> None:
    definition, warnings = parse_definition(YAML.encode())
    assert (definition.survey, len(definition.questionnaire.questions), warnings) == ("a-survey", 2, [])


#: Of these `check` warns until each network has named somebody to turn to, or itself.
WARNED_OF = {
    "member-challenges": ["support_missing"],
    "organisation-profile": ["support_missing"],
    "starter": ["draft_words"],
}


@pytest.mark.parametrize("name", library())
def test_library_passes_check_with_no_warning_but_of_what_each_network_has_to_name(name: str) -> None:
    read = definition_of(Path(f"{name}.yaml"), usable(name).encode())
    assert read.definition.survey == {"starter": "my-survey", "safety-and-violence": "some-questions"}.get(name, name)
    assert [warning.code for warning in read.warnings] == WARNED_OF.get(name, [])


# --- what YAML would change behind the author's back ----------------------------------------------------------------


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "y", "n", "null_", "0x1f", "1e3"])
def test_a_word_that_YAML_would_convert_stays_a_code(word: str) -> None:
    definition, _ = parse_definition(YAML.replace("on,", "x,").replace("code: no,", f"code: {word},").encode())
    assert definition.model_dump()["questionnaire"]["questions"][0]["options"][0]["code"] == word


@pytest.mark.parametrize("wording", ["2026-03-01", "No", "=", "12:30", "<<", "010", "1_000"])
def test_a_wording_that_YAML_would_convert_stays_text(wording: str) -> None:
    definition, _ = parse_definition(YAML.replace("{en: Title}", f"{{en: {wording}}}").encode())
    assert definition.questionnaire.title == {"en": wording}


@pytest.mark.parametrize("minutes", ["010", "0x10", "1:30", "1_0", "5.0", "'5'", "true"])
def test_a_number_is_written_as_in_JSON_or_refused(minutes: str) -> None:
    content = YAML.replace("minutes: 2", f"minutes: {minutes}")
    assert found_in(content) == [("questionnaire.minutes", "int_type", 11)]


# --- JSON -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [None, 2, "\t"], ids=["one line", "spaces", "tabs"])
def test_JSON_is_read_as_it_is(indent: int | str | None) -> None:
    document = a_document()
    document["questionnaire"]["title"] = text("Faces 😀 and \\ / \" ' & <b>")
    definition, _ = parse_definition(json.dumps(document, indent=indent).encode())
    assert definition == Definition.model_validate(document)


#: All but what turns text around, and what no file can hold.
def is_seen(wording: str) -> bool:
    return can_be_seen(wording)


PRINTABLE = st.characters(
    exclude_categories=["Cs", "Cc"],
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufff9\ufffa\ufffb\ufffe\uffff"
    + "".join(map(chr, range(0xE0000, 0xE0080))),
)


@settings(max_examples=60, deadline=None)
@given(
    st.text(PRINTABLE, min_size=1, max_size=30).filter(is_seen),
    st.booleans(),
)
@example("\uf900", False)
def test_every_wording_survives_JSON(wording: str, as_ascii: bool) -> None:
    document = a_document(a_question("yes_no", label=text(wording)))
    content = json.dumps(document, ensure_ascii=as_ascii or not wording.isprintable()).encode()
    same = a_document(a_question("yes_no", label=text(composed(wording))))
    assert parse_definition(content)[0] == Definition.model_validate(same), "as answers are read, in NFC"


# --- files that are not what they seem ------------------------------------------------------------------------------

BILLION_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{this}: &{this} [*{last}, *{last}, *{last}]\n" for last, this in zip("abcdefgh", "bcdefghi", strict=True)
)


#: What a file is, its content, and the problems found in it.
REFUSED: dict[str, tuple[bytes | str, list[Any]]] = {
    "an alias": ("a: &x 1\nb: *x\n", [("b", "alias", 2)]),
    "an alias in a list": ("a: &x 1\nb:\n  - 2\n  - *x\n", [("b.1", "alias", 2)]),
    "an alias of itself": ("a: &x [*x]\n", [("a.0", "alias", 1)]),
    "a tag that runs code": ("a: 1\nb: !!python/object/apply:os.system [id]\n", [("b", "tag", 2)]),
    "a tag of one's own": ("a: !mine 1\n", [("a", "tag", 1)]),
    "a tag that asks for a date": ("a: !!timestamp x\n", [("a", "tag", 1)]),
    "a key that stands twice": ("a: 1\nb: 2\na: 3\n", [("a", "duplicate_key", 3)]),
    "a key that stands twice in JSON": ('{"a": 1,\n "a": 1}', [("a", "duplicate_key", 2)]),
    "a key that is a list": ("a: {? [1] : 2}\n", [("a", "key", 1)]),
    "a key that is empty": ("'': 1\n", [("file", "key", 1)]),
    "a key that paints the terminal": ('a: 1\n"\\e[31m": 2\n', [("file", "key", 2)]),
    "a key that cannot be printed": ('{"\\ud800": 1}', [("file", "key", 1)]),
    "a key that looks like a place": ("a: 1\nquestionnaire.questions.9.id: 2\n", [("file", "key", 2)]),
    "a key of 101 characters": ("a" * 101 + ": 1\n", [("file", "key", 1)]),
    "21 levels": ("[" * 21 + "]" * 21, [("file", "not_a_definition", 1)]),
    "22 levels": ("[" * 22 + "]" * 22, [(".".join("0" * 21), "too_deep", 1)]),
    "800 levels": ("[" * 800, [("file", "too_deep", None)]),
    "not UTF-8": (b"a: \xff", [("file", "not_utf8", None)]),
    "UTF-16": ("a: 1".encode("utf-16"), [("file", "not_utf8", None)]),
    "a control character": ("a: 1\nb: \x07\n", [("file", "not_yaml", 2)]),
    "a zero byte": (b"a: \x00", [("file", "not_yaml", 1)]),
    "a bracket left open": ("a: 1\nb: [1\n", [("file", "not_yaml", 2)]),
    "two documents": ("a: 1\n---\nb: 2\n", [("file", "not_yaml", 2)]),
    "an alias of nothing": ("a: *x\n", [("file", "not_yaml", 1)]),
    "an integer that is none": ("a: !!int ''\n", [("a", "tag", 1)]),
    "a boolean that is none": ("a: !!bool x\n", [("a", "tag", 1)]),
    "a tag that makes a number of a text": ("a: !!int '1:1:1'\n", [("a", "tag", 1)]),
    "a tag that makes a text of a number": ("a: !!str 1\n", [("a", "tag", 1)]),
    "a number of 5,000 digits": ("a: 1\nb: " + "9" * 5000, [("b", "not_yaml", 2)]),
    "over 1 MB": (b"#" * 1_000_001, [("file", "too_large", None)]),
    "nothing": ("", [("file", "not_a_definition", None)]),
    "a list": ("- 1\n", [("file", "not_a_definition", 1)]),
}


@pytest.mark.parametrize(("content", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_definition_is_refused(content: bytes | str, expected: list[Any]) -> None:
    assert tricks_in(content) == expected


def test_a_billion_laughs_are_refused_at_once() -> None:
    aliases = [code for _, code, _ in tricks_in(BILLION_LAUGHS)]
    assert aliases == ["alias"] * 24


def test_a_mark_at_the_start_of_a_file_is_not_read() -> None:
    assert parse_definition(b"\xef\xbb\xbf" + YAML.encode())[0] == parse_definition(YAML.encode())[0]


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.yaml", tmp_path):
        with pytest.raises(DefinitionError) as caught:
            load_definition(path)
        assert [problem.code for problem in caught.value.problems] == ["unreadable"]


@pytest.mark.parametrize("name", ["our-meeting", "our-meting.yaml", "Our-Meeting.yaml"])
def test_file_that_is_not_there_brings_one_that_is(tmp_path: Path, name: str) -> None:
    (tmp_path / "our-meeting.yaml").write_text(YAML, "utf-8")
    with pytest.raises(DefinitionError, match=r"no such file\. Did you mean “our-meeting\.yaml”\?"):
        load_definition(tmp_path / name)


YAML_SIGNS = st.text("：“”’–，｛\u00a0\u200b{}[]:,-&*!<>|'\"%@#?= \n\tab01.~\\ux", max_size=30)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40) | YAML_SIGNS.map(str.encode) | YAML_SIGNS.map(lambda signs: f"a: !!{signs}".encode()))
def test_no_bytes_bring_anything_but_problems(content: bytes) -> None:
    assert problems_in(content)


# --- every problem, where it stands ---------------------------------------------------------------------------------


def test_tricks_are_all_reported_at_once() -> None:
    content = "a: &x 1\na: 2\nb: *x\nc: !t 1\n"
    assert tricks_in(content) == [("a", "duplicate_key", 2), ("b", "alias", 3), ("c", "tag", 4)]


def test_of_an_id_that_stands_twice_it_is_told_that_a_dash_may_be_missing() -> None:
    said = [each.message for each in problems_of("questionnaire: {questions: [{id: a, kind: x, id: b, kind: y}]}")]
    assert "This key stands here twice. Keep one, or begin the next with a dash." in said
    assert "This key stands here twice. Keep one." in said


def test_values_that_break_the_schema_are_all_reported_with_their_lines() -> None:
    content = (
        YAML.replace("a-survey", "A Survey")
        .replace("exit_link: https", "exit_link: http")
        .replace("minutes: 2", "minutes: 0\n  colour: red")
        .replace("{code: on,", "{code: O N,")
        .replace("kind: long_text", "kind: telepathy")
    )
    assert found_in(content) == [
        ("survey", "string_pattern_mismatch", 1),
        ("settings.exit_link", "string_pattern_mismatch", 3),
        ("questionnaire.minutes", "greater_than_equal", 11),
        ("questionnaire.colour", "extra_forbidden", 12),
        ("questionnaire.questions.0.options.1.code", "string_pattern_mismatch", 19),
        ("questionnaire.questions.1.kind", "union_tag_invalid", 21),
    ]


def test_what_is_missing_is_reported_at_the_line_of_what_should_hold_it() -> None:
    content = YAML.replace("      label: {en: More}\n", "").replace("  minutes: 2\n", "")
    assert found_in(content) == [
        ("questionnaire.minutes", "missing", 4),
        ("questionnaire.questions.1.label", "missing", 18),
    ]


def test_errors_and_warnings_come_together_with_their_lines() -> None:
    content = YAML.replace("id: more", "id: my_town").replace("code: on,", "code: no,")
    assert [(problem.code, problem.severity, problem.line) for problem in problems_in(content)] == [
        ("repeated_code", "error", 18),
        ("fine_geography", "warning", 19),
    ]


def test_warnings_alone_do_not_refuse_a_file() -> None:
    content = YAML.replace("id: more", "id: my_town").replace("      hint: {en: Name nobody.}\n", "")
    definition, warnings = parse_definition(content.encode())
    assert definition.questionnaire.questions[1].id == "my_town"
    assert [(warning.code, warning.severity, warning.line) for warning in warnings] == [
        ("fine_geography", "warning", 19),
        ("text_without_hint", "warning", 19),
    ]


def test_tricks_misfits_and_broken_rules_are_reported_in_one_run() -> None:
    questions = [
        a_question("yes_no") | {"kind": "yesno"},
        a_question("multiple_choice", most=50, options=options("a", "a")) | {"required": True},
        a_question("multiple_choice", most=50, options=options("a", "a")),
    ]
    document = json.dumps(a_document(*questions)).replace('{"survey"', '{"survey": "first-name", "survey"', 1)
    assert [(place, code) for place, code, _ in found_in(document)] == [
        ("survey", "duplicate_key"),
        ("questionnaire.questions.0.kind", "union_tag_invalid"),
        ("questionnaire.questions.1.required", "extra_forbidden"),
        ("questionnaire.questions.2.options.1.code", "repeated_code"),
        ("questionnaire.questions.2.most", "impossible_limit"),
        ("questionnaire.questions.1.options.1.label", "repeated_label"),
        ("questionnaire.questions.2.options.1.label", "repeated_label"),
    ]


def test_every_problem_of_a_file_names_it(tmp_path: Path) -> None:
    path = tmp_path / "survey.yaml"
    path.write_text(YAML.replace("minutes: 2", "minutes: 0"), "utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_definition(path)
    assert [str(problem) for problem in caught.value.problems] == [
        f"{path}:11: questionnaire.minutes: Write 1 or more. [greater_than_equal]"
    ]
    path.write_text(YAML.replace("id: more", "id: my_town"), "utf-8")
    assert [(warning.file, warning.line) for warning in load_definition(path).warnings] == [
        (str(path), 2),
        (str(path), 19),
    ]


def test_what_is_found_later_on_by_ids_is_told_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "survey.yaml"
    path.write_text(YAML, "utf-8")
    places = {
        QUESTIONS / "country" / "options" / "on": 18,
        QUESTIONS / "more" / "hint": 22,
        QUESTIONS / "more" / "required_because": 19,
        QUESTIONS / "country" / "options" / "gone": 16,
        QUESTIONS / "gone" / "options" / "x": 12,
        SETTINGS / "policy": 2,
        FILE: 1,
    }
    problems = [DefinitionProblem(place, ProblemCode.CHANGED_MEANING, "Keep it.") for place in places]
    read = load_definition(path)
    with pytest.raises(DefinitionError) as caught, read.locating():
        raise DefinitionError(problems)
    assert {problem.place: problem.line for problem in caught.value.problems} == places
    assert {problem.file for problem in caught.value.problems} == {str(path)}


def test_every_code_of_the_loader_is_tested_here_or_with_look_alikes() -> None:
    tested = {str(code) for _, found in REFUSED.values() for _, code, _ in found}
    assert codes_of(loader, stand_ins, yaml_errors, yaml_reader) == tested | {"unreadable"} | {
        "comment",
        "curly_quotes",
        "unprintable",
    }


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "a pipe"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """A device need not end, and a pipe that nobody writes to would keep whoever reads it waiting."""
    path = tmp_path / name
    if not path.is_absolute() or not path.exists():
        os.mkfifo(path)
    with pytest.raises(DefinitionError, match="is a pipe or a device"):
        load_definition(path)


def test_pipe_that_somebody_keeps_open_is_refused_at_once() -> None:
    ours, theirs = os.pipe()
    try:
        with pytest.raises(DefinitionError, match="is a pipe or a device"):
            load_definition(Path(f"/dev/fd/{ours}"))
    finally:
        os.close(ours)
        os.close(theirs)


def test_link_to_a_definition_is_read(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to(LIBRARY / "starter.yaml")
    assert load_definition(tmp_path / "link.yaml").definition.survey == "my-survey"


def test_huge_file_is_refused_and_never_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(2**40)
    with pytest.raises(DefinitionError, match="over 1 MB"):
        load_definition(path)
    assert len(loader.content_of(path)) == yaml_reader.MAXIMUM_BYTES + 1
