"""Exact counts: fast counting equals slow counting, and tallies add up however they are added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.codebook import CHOSEN, NO_ANSWER, NOT_CHOSEN, Codebook, codebook_of
from chalicelib.questionnaire.routing import applies
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.responses.validation import Validator
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec, Tally, merged, tables_of, tally_of
from tests.builders import ANSWERS, a_definition, a_question, a_tally, options
from tests.strategies import answers_to, questionnaires

TALLIES = st.builds(
    Tally,
    st.integers(0, 99),
    st.dictionaries(
        st.builds(TableId, st.sampled_from("ab"), st.sampled_from([None, "p"]), st.sampled_from([None, "g"])),
        st.dictionaries(st.sampled_from("xyz"), st.integers(0, 99), max_size=3),
        max_size=3,
    ),
)


def slow_count(codebook: Codebook, responses: Sequence[Answers]) -> Mapping[TableId, Mapping[str, int]]:
    """What :func:`tally_of` counts, one response and one cell after the other."""
    return {
        table.id: {
            code: sum(_was_asked(response, table) and _cell(response, table) == code for response in responses)
            for code in table.codes
        }
        for table in tables_of(codebook)
    }


def _was_asked(response: Answers, table: TableSpec) -> bool:
    return applies(table.variable.conditions, {**response.codes, **dict.fromkeys(response.texts, ("said",))})


def _cell(response: Answers, table: TableSpec) -> str:
    variable, part = table.variable, table.id.part
    if variable.form == "text":
        return "answered" if variable.id in response.texts else NO_ANSWER
    chosen = response.codes.get(variable.id, ())
    if variable.form == "one":
        return chosen[0] if chosen else NO_ANSWER
    if part is not None:
        return CHOSEN if part in chosen else NOT_CHOSEN
    if not chosen:
        return NO_ANSWER
    return chosen[0] if chosen[0] in variable.exclusive else CHOSEN


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_fast_count_equals_a_slow_one_of_those_who_were_asked(data: st.DataObject) -> None:
    questionnaire = data.draw(questionnaires())
    codebook = codebook_of(questionnaire)
    layout = Layout.of(codebook)
    responses = data.draw(st.lists(answers_to(questionnaire), max_size=12))
    tally = tally_of(layout, [layout.pack(response) for response in responses])
    assert tally.counts == slow_count(codebook, responses)
    assert tally.n == len(responses)


@given(st.data(), st.integers(0, 6))
@settings(max_examples=30, deadline=None)
def test_batch_counted_in_parts_adds_up_to_the_whole_P6(data: st.DataObject, cut: int) -> None:
    questionnaire = data.draw(questionnaires())
    layout = Layout.of(codebook_of(questionnaire))
    blobs = [layout.pack(response) for response in data.draw(st.lists(answers_to(questionnaire), max_size=6))]
    assert tally_of(layout, blobs[:cut]) + tally_of(layout, blobs[cut:]) == tally_of(layout, blobs)


@given(TALLIES, TALLIES, TALLIES)
@settings(max_examples=100, deadline=None)
def test_adding_tallies_depends_on_no_order(one: Tally, two: Tally, three: Tally) -> None:
    assert one + two == two + one
    assert (one + two) + three == one + (two + three) == merged([three, one, two])
    assert one + Tally.empty() == one


@given(TALLIES)
@settings(max_examples=100, deadline=None)
def test_stored_tally_comes_back(tally: Tally) -> None:
    assert Tally.from_json(tally.to_json()) == tally


def test_adding_changes_neither_tally() -> None:
    one, other = a_tally(1, {"a": {"x": 1}}), a_tally(2, {"a": {"x": 2}})
    assert one + other == a_tally(3, {"a": {"x": 3}})
    assert (one, other) == (a_tally(1, {"a": {"x": 1}}), a_tally(2, {"a": {"x": 2}}))


def test_nothing_counted_is_zeroes() -> None:
    layout = Layout.of(codebook_of(a_definition(a_question("yes_no")).questionnaire))
    assert tally_of(layout, []) == a_tally(0, {"police_met": {"yes": 0, "no": 0, NO_ANSWER: 0}})


def test_one_response_is_in_one_cell_of_every_table() -> None:
    questionnaire = a_definition().questionnaire
    codebook = codebook_of(questionnaire)
    answers = Validator(questionnaire).validate(ANSWERS)
    layout = Layout.of(codebook)
    tally = tally_of(layout, [layout.pack(answers)])
    assert tally.counts.keys() == {table.id for table in tables_of(codebook)}
    # Which one, of each kind, stands in tests/contracts/test_kinds.py.
    assert [sorted(counts.values())[-2:] for counts in tally.counts.values()] == [[0, 1]] * len(tally.counts)


@pytest.mark.parametrize("number", [8, 9, 17, 250])
def test_sets_of_more_than_a_byte_are_counted(number: int) -> None:
    codes = [f"o{index}" for index in range(number)]
    question = a_question("multiple_choice", id="q", options=options(*codes), most=number)
    layout = Layout.of(codebook_of(a_definition(question).questionnaire))
    answers = [Answers({"q": (codes[-1],)}, {}), Answers({"q": (codes[0], codes[-1])}, {}), Answers({}, {})]
    counts = tally_of(layout, [layout.pack(each) for each in answers]).counts
    assert counts[TableId("q")] == {CHOSEN: 2, NO_ANSWER: 1}
    assert counts[TableId("q", codes[-1])] == {CHOSEN: 2, NOT_CHOSEN: 1}
    assert counts[TableId("q", codes[0])] == {CHOSEN: 1, NOT_CHOSEN: 2}


def bands_of(kind: str, values: Sequence[str], **changes: Any) -> Mapping[str, int]:
    """How many of ``values`` are counted in each band, those of nobody left out."""
    layout = Layout.of(codebook_of(a_definition(a_question(kind, id="q", **changes)).questionnaire))
    blobs = [layout.pack(Answers({"q": (value,)} if value else {}, {})) for value in values]
    return {code: count for code, count in tally_of(layout, blobs).counts[TableId("q")].items() if count}


@pytest.mark.parametrize(
    ("number", "band"),
    [("0", "few"), ("9", "few"), ("10", "some"), ("99", "some"), ("100", "many"), ("300", "many"), ("", NO_ANSWER)],
)
def test_number_is_counted_in_the_band_that_ends_above_it(number: str, band: str) -> None:
    assert bands_of("number", [number]) == {band: 1}


@pytest.mark.parametrize(
    ("day", "band"),
    [("2020-01-01", "before"), ("2023-12-31", "before"), ("2024-01-01", "since"), ("2026-12-31", "since")],
)
def test_date_is_counted_in_the_band_that_ends_after_it(day: str, band: str) -> None:
    assert bands_of("date", [day, day]) == {band: 2}


def test_number_without_bands_is_counted_as_answered() -> None:
    assert bands_of("number", ["0", "5", "300", ""], bands=[]) == {"answered": 3, NO_ANSWER: 1}


@given(st.lists(st.integers(-1, 300), max_size=20))
@settings(max_examples=40, deadline=None)
def test_numbers_in_bands_are_those_counted_one_by_one(numbers: list[int]) -> None:
    bands = {"few": range(10), "some": range(10, 100), "many": range(100, 301), NO_ANSWER: range(-1, 0)}
    expected = {band: sum(number in within for number in numbers) for band, within in bands.items()}
    counted = bands_of("number", [str(number) if number >= 0 else "" for number in numbers])
    assert counted == {band: count for band, count in expected.items() if count}


def test_versions_are_merged_by_code_not_by_place() -> None:
    old = a_definition(a_question("single_choice", options=options("a", "b"))).questionnaire
    new = a_definition(a_question("yes_no"), a_question("single_choice", options=options("c", "b", "a"))).questionnaire
    tallies = []
    for questionnaire in (old, new):
        layout = Layout.of(codebook_of(questionnaire))
        tallies.append(tally_of(layout, [layout.pack(Answers({"country": (code,)}, {})) for code in ("a", "b", "b")]))
    total = merged(tallies)
    assert total.n == 6
    assert total.counts[TableId("country")] == {"a": 2, "b": 4, "c": 0, NO_ANSWER: 0}
    assert sum(total.counts[TableId("police_met")].values()) == 3, "who met the old version was not asked"


# --- who was asked ---------------------------------------------------------------------------------------------------


def asked_if(show_if: dict[str, Any], answers: Sequence[dict[str, tuple[str, ...]]]) -> Mapping[str, int]:
    """How a wish under a condition is counted of people who gave these ``answers``."""
    kinds = ("single_choice", "multiple_choice", "matrix", "number", "consent", "short_text")
    definition = a_definition(*map(a_question, kinds), a_question("long_text", show_if=show_if))
    layout = Layout.of(codebook_of(definition.questionnaire))
    texts = [{name: "said" for name in each if name in ("word", "wish")} for each in answers]
    blobs = [layout.pack(Answers(each, written)) for each, written in zip(answers, texts, strict=True)]
    return tally_of(layout, blobs).counts[TableId("wish")]


@pytest.mark.parametrize(
    ("show_if", "asked", "others"),
    [
        ({"question": "country", "equals": "se"}, {"country": ("se",)}, {"country": ("no",)}),
        ({"not": {"question": "country", "equals": "se"}}, {}, {"country": ("se",)}),
        ({"question": "challenges", "chosen_at_least": 2}, {"challenges": ("law", "police")}, {"challenges": ("law",)}),
        ({"question": "harder", "answered": True}, {"harder.work": ("not",)}, {"country": ("se",)}),
        ({"question": "clients", "at_least": 300}, {"clients": ("300",)}, {"clients": ("299",)}),
        ({"question": "word", "answered": True}, {"word": ("x",)}, {}),
        (
            {"all": [{"question": "country", "equals": "se"}, {"question": "agreed", "answered": True}]},
            {"country": ("se",), "agreed": ("given",)},
            {"country": ("se",)},
        ),
    ],
)
def test_conditional_question_is_counted_of_those_who_were_asked_it(
    show_if: dict[str, Any], asked: dict[str, tuple[str, ...]], others: dict[str, tuple[str, ...]]
) -> None:
    assert asked_if(show_if, [asked, others, asked | {"wish": ("x",)}]) == {"answered": 1, NO_ANSWER: 1}


def test_nobody_was_asked() -> None:
    assert asked_if({"question": "country", "equals": "se"}, [{}]) == {"answered": 0, NO_ANSWER: 0}


def test_tables_of_everybody_have_who_was_not_asked_under_the_last_code() -> None:
    definition = a_definition(
        a_question("yes_no"), a_question("multiple_choice", show_if={"question": "police_met", "equals": "yes"})
    )
    codebook = codebook_of(definition.questionnaire)
    layout, specs = Layout.of(codebook), tables_of(codebook)
    answers = [{"police_met": ("yes",), "challenges": ("law",)}, {"police_met": ("no",)}]
    tally = tally_of(layout, [layout.pack(Answers(each, {})) for each in answers])
    assert [tally.table(spec) for spec in specs[:3]] == [[1, 1, 0], [1, 0, 0], [1, 0]]
    assert [tally.of_everybody(specs).table(spec) for spec in specs[:3]] == [[1, 1, 0], [1, 0, 1], [1, 1]]
