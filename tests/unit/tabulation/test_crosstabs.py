"""Crosstabs of a star: fast counting equals slow counting, parts add up, and they are of who was asked both."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.codebook import CHOSEN, NO_ANSWER, NOT_CHOSEN, Variable, codebook_of
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of, tally_of
from tests.builders import a_definition, a_question, options

KINDS = ("single_choice", "multiple_choice", "matrix", "number", "date", "yes_no", "hidden", "scale")
QUESTIONNAIRE = a_definition(*map(a_question, KINDS)).questionnaire
STAR = Crosstabs(group="country", by=("challenges", "harder", "clients", "police_met", "source"))


def _values(variable: Variable) -> st.SearchStrategy[tuple[str, ...]]:
    if variable.numbers:
        within = st.integers(variable.numbers.least, variable.numbers.most)
        return within.map(variable.numbers.written).map(lambda value: (value,))
    one = st.sampled_from(variable.codes).map(lambda code: (code,))
    together = [code for code in variable.codes if code not in variable.exclusive]
    if variable.form == "many":
        return one | st.lists(st.sampled_from(together), min_size=1, unique=True).map(tuple)
    return one


#: Any question may be skipped.
RESPONSES = st.fixed_dictionaries(
    {},
    optional={each.id: _values(each) for each in codebook_of(QUESTIONNAIRE).variables if each.form != "text"},
).map(lambda codes: Answers(codes, {}))


def tally(questionnaire: Questionnaire, crosstabs: Crosstabs, *responses: Answers) -> Tally:
    layout = Layout.of(codebook_of(questionnaire))
    return tally_of(layout, [layout.pack(response) for response in responses], crosstabs)


def specs_of(questionnaire: Questionnaire, crosstabs: Crosstabs) -> dict[str, TableSpec]:
    return {str(spec.id): spec for spec in tables_of(codebook_of(questionnaire), crosstabs)}


def of_group(spec: TableSpec, responses: Sequence[Answers]) -> dict[str, list[Answers]]:
    """Responses by the cell of their group; each alone decides its own."""
    found: dict[str, list[Answers]] = {code: [] for code in spec.codes}
    for response in responses:
        found[_group_code(spec.variable, response)].append(response)
    return found


def _group_code(variable: Variable, response: Answers) -> str:
    chosen = response.codes.get(variable.id)
    if not chosen:
        return NO_ANSWER
    if variable.numbers is None:
        return chosen[0]
    return variable.codes[variable.numbers.band(variable.numbers.read(chosen[0]))]


@given(st.data(), st.sampled_from(["country", "clients", "moved", "police_met", "source", "mood"]))
@settings(max_examples=50, deadline=None)
def test_each_group_is_counted_as_if_it_were_alone(data: st.DataObject, group: str) -> None:
    star = Crosstabs(group=group, by=tuple(name for name in STAR.by if name != group))
    responses = data.draw(st.lists(RESPONSES, max_size=10))
    counted, specs = tally(QUESTIONNAIRE, star, *responses), specs_of(QUESTIONNAIRE, star)
    groups = of_group(specs[group], responses)
    for spec in (spec for spec in specs.values() if spec.group):
        alone = [tally(QUESTIONNAIRE, star, *groups[code]).table(spec) for code in specs[group].codes]
        assert counted.crosstab(spec, specs[group]) == alone
        assert [sum(column) for column in zip(*alone, strict=True)] == counted.table(spec)


@given(st.lists(RESPONSES, max_size=6), st.integers(0, 6))
@settings(max_examples=30, deadline=None)
def test_crosstabs_counted_in_parts_add_up_to_the_whole_P6(responses: list[Answers], cut: int) -> None:
    whole = tally(QUESTIONNAIRE, STAR, *responses)
    parts = tally(QUESTIONNAIRE, STAR, *responses[:cut]) + tally(QUESTIONNAIRE, STAR, *responses[cut:])
    assert parts == whole == Tally.from_json(whole.to_json())


def test_crosstabs_change_no_table() -> None:
    answers = [Answers({"country": ("se",), "challenges": ("law",)}, {}), Answers({"police_met": ("yes",)}, {})]
    with_star, layout = tally(QUESTIONNAIRE, STAR, *answers), Layout.of(codebook_of(QUESTIONNAIRE))
    without = tally_of(layout, [layout.pack(each) for each in answers])
    assert {table: cells for table, cells in with_star.counts.items() if not table.group_code} == without.counts
    assert with_star.counts[TableId("challenges", None, "se")] == {CHOSEN: 1, "none": 0, NO_ANSWER: 0}
    assert with_star.counts[TableId("challenges", "law", "se")] == {CHOSEN: 1, NOT_CHOSEN: 0}
    assert with_star.counts[TableId("police_met", None, "no_answer")] == {"yes": 1, "no": 0, NO_ANSWER: 0}


def test_only_tables_of_the_questions_named_are_crossed() -> None:
    groups = {name: spec.group for name, spec in specs_of(QUESTIONNAIRE, STAR).items()}
    assert {name for name, group in groups.items() if group == TableId("country")} == {
        *("challenges", "challenges.law", "challenges.stigma", "challenges.police"),
        *("harder.home", "harder.work", "clients", "police_met", "source"),
    }
    assert {group for name, group in groups.items() if name in ("country", "moved", "mood")} == {None}
    assert all(spec.group is None for spec in tables_of(codebook_of(QUESTIONNAIRE)))


LATEST = a_definition(a_question("single_choice", options=options("se", "no")), a_question("yes_no")).questionnaire
BY_COUNTRY = Crosstabs(group="country", by=("police_met",))


@pytest.mark.parametrize(
    ("older", "answer"),
    [
        pytest.param("single_choice", {"country": ("no",)}, id="not yet crossed"),
        pytest.param("yes_no", {"police_met": ("no",)}, id="no group yet"),
        pytest.param("scale", {"mood": ("3",)}, id="neither"),
    ],
)
def test_who_met_a_version_without_one_of_the_questions_is_in_no_crosstab(
    older: str, answer: dict[str, tuple[str, ...]]
) -> None:
    changes = {"options": options("se", "no")} if older == "single_choice" else {}
    before = tally(a_definition(a_question(older, **changes)).questionnaire, BY_COUNTRY, Answers(answer, {}))
    after = tally(LATEST, BY_COUNTRY, Answers({"country": ("se",), "police_met": ("yes",)}, {}))
    specs = specs_of(LATEST, BY_COUNTRY)
    assert (before + after).crosstab(specs["police_met"], specs["country"]) == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
