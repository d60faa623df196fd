"""Of everything that can be printed of a family, any property may be had by five numbers of people, or by more.

What is printed are people by five. Four others may stand beside them or in their places: by those numbers that property
is told, and of all of these people the same can be printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from random import Random
from typing import Any

import pytest

from chalicelib.disclosure.linked_tables import QuestionTables
from chalicelib.disclosure.rounding import KeyedRandom
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.tally import tally_of
from tests.attacker.chances import fallen
from tests.attacker.families import BASE, SUBGROUP, Family, Tables, answered, total_of
from tests.attacker.forms import NEEDED, Questions, families, forms, named, one_of, part_of, siblings, specs_of
from tests.attacker.people import SILENT, Crowd
from tests.attacker.statements import Outcome
from tests.attacker.witnesses import Witnesses, choices_for, released
from tests.builders import a_definition, a_question

pytestmark = pytest.mark.slow

PIECES = 6


def said_yes(question: str) -> dict[str, str]:
    return {"question": question, "equals": "yes"}


#: All outcomes of a family are looked at that are no more than this; else so many at random.
ALL, SOME = 60, 20
#: Of each family, to random people.
RELEASES = 20
SMALL, LARGE = forms(3), forms(4)
FAMILIES = {
    "two questions of up to three answers": (list(families([SMALL] * 2)), 150),
    "two questions of up to four answers": (list(families([LARGE] * 2)), 900),
    "two questions that depend on one": (list(siblings(SMALL, forms(2))), 3500),
    "three questions of two answers": (list(families([forms(2)] * 3)), 450),
    "three questions, the last of up to four answers": (list(families([forms(2), forms(2), LARGE])), 2500),
}


@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.parametrize("which", FAMILIES)
def test_whatever_is_printed_of_a_family_leaves_every_property_five_numbers_of_people_P7(
    which: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything, usual = FAMILIES[which]
    for number, questions in enumerate(part_of(everything, usual, piece, PIECES)):
        random, crowd = Random(number * PIECES + piece), Crowd(Family(specs_of(questions)))  # noqa: S311
        n = random.randint(20, 29)
        outcomes = outcomes_of(crowd, total_of(n), random)
        assert Witnesses().of(crowd, n, outcomes, random) == [], (named(questions), n)
        people = [*crowd.people(outcomes[-1], total_of(n), random), *(crowd.anybody(random) for _ in range(n % BASE))]
        draw = fallen(choices_for(crowd, people, outcomes[-1]))
        assert released(crowd, people, draw, monkeypatch) == outcomes[-1]


def outcomes_of(crowd: Crowd, total: int, random: Random) -> Sequence[Outcome]:
    found = list(islice(crowd.outcomes(total), ALL + 1))
    return found if len(found) <= ALL else [crowd.one_outcome(total, random) for _ in range(SOME)]


@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.parametrize("which", FAMILIES)
def test_release_of_whoever_answers_is_never_refused_as_impossible_P7(
    which: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything, usual = FAMILIES[which]
    for number, questions in enumerate(part_of(everything, usual, piece, PIECES)):
        random, crowd = Random(number * PIECES + piece), Crowd(Family(specs_of(questions)))  # noqa: S311
        for attempt in range(RELEASES):
            kinds = [crowd.anybody(random) for _ in range(random.choice([2, 4, 40]))]
            people = random.choices(kinds, k=random.randint(20, 49))
            found = released(crowd, people, KeyedRandom(random.randbytes(32), f"{attempt}"), monkeypatch)
            assert len(found) == len(crowd.family.members)


@pytest.mark.parametrize("many", [7, 12])
def test_release_is_never_refused_where_two_answers_together_tell_whom_a_question_is_asked_of_P7(
    many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """14 or 24 of them, all of the same mind: were each answer printed by itself, 20 or 30 of them would have to be."""
    one, two = ({"question": "q0", "equals": code} for code in ("o0", "o1"))
    below = {**one_of(2, **NEEDED), "id": "q1", "show_if": {"any": [one, two]}}
    crowd = Crowd(Family(specs_of((one_of(4, id="q0"), below))))
    asked = [(frozenset({answer}), frozenset({0})) for answer in (0, 1) for _ in range(many)]
    others = [(frozenset({answer}), SILENT) for answer in (2, 3) for _ in range(4)]
    for number in range(300):
        draw = KeyedRandom(b"", f"{number}")
        found = released(crowd, [*asked, *others, *[(SILENT, SILENT)] * 3], draw, monkeypatch)
        assert len(found) == 2


@pytest.mark.parametrize("which", FAMILIES)
def test_people_of_a_family_are_counted_as_the_attacker_counts_them(which: str) -> None:
    everything, usual = FAMILIES[which]
    for questions in part_of(everything, 10 * usual):
        random, crowd = Random(1), Crowd(Family(specs_of(questions)))  # noqa: S311
        people = [crowd.anybody(random) for _ in range(40)]
        layout = Layout.of(codebook_of(a_definition(*questions).questionnaire))
        counted = tally_of(layout, [layout.pack(crowd.answers(person)) for person in people])
        specs = crowd.family.specs
        assert counted.of_everybody(specs) == crowd.tally(people).of_everybody(specs), named(questions)


#: Asked of everybody; of who said yes; of who did not say no to a question that not everybody was asked.
ABOVE: dict[str, Questions] = {
    "of everybody": (),
    "of some": (a_question("yes_no", id="above"),),
    "of the rest": (a_question("yes_no", id="top"), a_question("yes_no", id="above", show_if=said_yes("top"))),
}
WHOM: dict[str, dict[str, Any]] = {
    "of everybody": {},
    "of some": {"show_if": said_yes("above")},
    "of the rest": {"show_if": {"not": said_yes("above")}},
}


@pytest.mark.parametrize("form", SMALL, ids=lambda form: named((form,)))
@pytest.mark.parametrize("whom", ABOVE)
def test_no_truth_is_printed_against_the_limits_or_farther_off_than_told_P7(form: dict[str, Any], whom: str) -> None:
    family = Family(specs_of((*ABOVE[whom], {**form, **WHOM[whom]})))
    member, farther = family.members[-1], int(whom == "of the rest")
    for n in (21, 23, 29):
        for truth in part_of(list(family.truths(member, n)), 97):
            for eligible in range(SUBGROUP, n + 1, BASE) if whom != "of everybody" else [total_of(n)]:
                near = eligible - BASE * (1 + farther) < answered(truth) < eligible + BASE * (1 + farther)
                if near or (answered(truth) <= eligible and not member.question.is_compulsory):
                    for tables in family.results(member, truth, total_of(n), eligible):
                        assert not any(member.question.violations(tables, total_of(n), eligible)), (truth, eligible)
                        assert is_near(member.question, truth, tables, eligible, farther), (truth, tables, eligible)


def is_near(question: QuestionTables, truth: Tables, printed: Tables, eligible: int, farther: int) -> bool:
    """Whether every number that is told by itself is as near to the true one as print says."""
    steps = question.further(printed, eligible, farther)
    own = slice(-1 if question.is_conditional else None)
    heads = zip(printed[0][own], truth[0][own], strict=True)
    pairs = zip((pair[0] for pair in printed[1:]), (pair[0] for pair in truth[1:]), strict=True)
    return all(abs(count - true) < BASE * (1 + steps[0]) for count, true in heads) and all(
        abs(count - true) < BASE * (1 + steps[-1]) for count, true in pairs
    )
