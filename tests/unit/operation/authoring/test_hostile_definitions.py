"""A definition from an operator is hostile too: a named problem for each trick, and never a traceback."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import KINDS, Definition
from chalicelib.responses.validation import Validator
from operation.authoring.loader import parse_definition
from operation.errors import DefinitionError
from tests.builders import a_document, a_question, text
from tests.unit.operation.authoring.documents import question
from tests.unit.operation.authoring.refusals import JARGON, codes_in
from tests.unit.operation.authoring.trees import MET, at_least, conditioned, equals, every, includes, no, some

# --- conditions ------------------------------------------------------------------------------------------------------


def nested(times: int, operator: str) -> str:
    """A file with conditions in each other, which json.dumps could not write."""
    before, after = {"not": ('{"not":', "}"), "all": ('{"all":[', "]}"), "any": ('{"any":[', "]}")}[operator]
    document = json.dumps(conditioned("HERE"))  # type: ignore[arg-type]
    return document.replace('"HERE"', before * times + json.dumps(MET) + after * times)


@pytest.mark.parametrize("operator", ["all", "any", "not"])
@pytest.mark.parametrize("times", [16, 400, 10_000])
def test_conditions_nested_too_deeply_are_said_so(operator: str, times: int) -> None:
    assert codes_in(nested(times, operator)) == {"too_deep"}


@pytest.mark.parametrize(("operator", "times"), [("not", 15), ("all", 7), ("any", 7)])
def test_conditions_nested_as_deeply_as_anybody_means_pass(operator: str, times: int) -> None:
    assert codes_in(nested(times, operator)) == set()


# --- characters ------------------------------------------------------------------------------------------------------

Way = tuple[str | int, ...]
UNPRINTABLE = "\x00\x07\x1b\x7f\x85\u202e\u2066\u2069\ufff9\ufffe\U000e0041\ud800"
REFUSING = {"unprintable", "string_too_long", "string_pattern_mismatch", "string_unicode", "no_date"}
REFUSING |= {"literal_error", "union_tag_invalid"}


def texts_in(value: Any, *way: str | int) -> list[Way]:
    """The way to every text of a document."""
    if isinstance(value, str):
        return [way]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in inner for found in texts_in(each, *way, key)]


def placed(document: Any, way: Way, value: Any) -> Any:
    """A copy with ``value`` where ``way`` leads."""
    changed = deepcopy(document)
    node = changed
    for key in way[:-1]:
        node = node[key]
    node[way[-1]] = value
    return changed


#: Every key that a definition may have, with a value that fits.
WHOLE = a_document(
    *(a_question(kind, hint=text("Name nobody.")) for kind in KINDS), policy="exact", recipients=["age1" + "q" * 58]
)
question(WHOLE, "short_text").update({"pattern": "[a-z]+", "pattern_says": text("small letters")})
question(WHOLE, "date").update(
    {
        "required_because": text("Why."),
        "show_if": every(equals("country", "se"), some(includes("challenges", "law"), no(at_least("mood", 2)))),
    }
)


def test_the_whole_definition_passes() -> None:
    assert codes_in(WHOLE) == set()


@pytest.mark.parametrize("character", UNPRINTABLE)
def test_control_and_bidi_characters_are_refused_in_every_text(character: str) -> None:
    for way in texts_in(WHOLE):
        was = _at(WHOLE, way)
        spoilt = placed(WHOLE, way, was[:-1] + character + was[-1:])
        with pytest.raises(ValidationError) as caught:
            Definition.model_validate(spoilt)
        assert {error["type"] for error in caught.value.errors(include_context=False)} & REFUSING, way


@pytest.mark.parametrize("character", UNPRINTABLE)
def test_control_and_bidi_characters_are_refused_by_name(character: str) -> None:
    document = placed(WHOLE, ("questionnaire", "title", "en"), f"a{character}b")
    assert codes_in(document) == {"string_unicode" if character == "\ud800" else "unprintable"}
    assert "key" in codes_in(WHOLE | {f"a{character}b": 1})


def _at(value: Any, way: Way) -> Any:
    return _at(value[way[0]], way[1:]) if way else value


# --- wrong types at every key ----------------------------------------------------------------------------------------


def ways_in(value: Any, *way: str | int) -> list[Way]:
    """The way to every value of a document, lists and mappings included."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([way] if way else []), *(found for key, each in inner for found in ways_in(each, *way, key))]


WAYS = ways_in(WHOLE)
NUMBERS = st.integers() | st.sampled_from([-1, 0, 1, 10**9, 10**9 + 1, 10**40]) | st.floats(allow_nan=False)
WORDS = st.text(max_size=20) | st.sampled_from(
    ["", "no", "2026-02-30", "0000-01-01", "9999-12-31", "(a", "a)|(b", "a{9}{9}{9}{9}", "[key]", "1", "single_choice"]
)
KEYS = st.text(max_size=8) | st.sampled_from(["en", "kind", "id", "code", "label", "question", "equals", "not", "a.b"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


def assert_accepted_or_refused(document: Any) -> None:
    """Nothing but a :class:`DefinitionError`; and what is accepted can be described and answered."""
    refused = ""
    try:
        definition, _ = parse_definition(json.dumps(document).encode())
        codebook_of(definition.questionnaire)
        Validator(definition.questionnaire).json_schema()
    except DefinitionError as error:
        refused = str(error)
    assert not JARGON.search(refused)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(WAYS), ANY_JSON)
def test_any_value_in_place_of_any_other_is_accepted_or_refused(way: Way, value: Any) -> None:
    assert_accepted_or_refused(placed(WHOLE, way, value))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(WAYS), min_size=2, max_size=3), st.data())
def test_several_values_exchanged_for_each_other_are_accepted_or_refused(ways: list[Any], data: st.DataObject) -> None:
    document = WHOLE
    for way in ways:
        try:
            document = placed(document, way, data.draw(st.sampled_from([_at(WHOLE, other) for other in WAYS])))
        except (KeyError, IndexError, TypeError):
            continue
    assert_accepted_or_refused(document)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(WAYS), KEYS, ANY_JSON)
def test_any_key_too_many_is_accepted_or_refused(way: Way, key: str, value: Any) -> None:
    holder = _at(WHOLE, way)
    if isinstance(holder, dict):
        assert_accepted_or_refused(placed(WHOLE, way, holder | {key: value}))


#: Nothing or a truth value, and numbers, texts, lists and mappings: one field is tried with these, the next with those.
SOME_OF_EACH: list[list[Any]] = [
    [None, -1, 1.5, "a" * 10_000, [None], {"a": {"b": []}}],
    [True, 10**40, "", [], {}, {"en": None}],
]


def field_of(way: Way) -> tuple[object, ...]:
    """What all values share that the same rules read: the way to them without places, and the kind of question."""
    holders = [_at(WHOLE, way[:length]) for length in range(len(way))]
    kinds = [holder["kind"] for holder in holders if isinstance(holder, dict) and "kind" in holder]
    return (*kinds, *(part for part in way if isinstance(part, str)), isinstance(way[-1], int))


FIELDS = list({field_of(way): way for way in WAYS}.values())


@pytest.mark.slow
@pytest.mark.parametrize("place", range(len(FIELDS)), ids=lambda place: ".".join(map(str, FIELDS[place])))
def test_a_value_of_every_type_in_place_of_every_other_is_accepted_or_refused(place: int) -> None:
    way = FIELDS[place]
    for value in SOME_OF_EACH[place % 2]:
        assert_accepted_or_refused(placed(WHOLE, way, value))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.sampled_from(WAYS), ANY_JSON)
def test_any_value_in_place_of_any_other_is_accepted_or_refused_of_many(way: Any, value: Any) -> None:
    assert_accepted_or_refused(placed(WHOLE, way, value))
