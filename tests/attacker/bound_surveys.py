"""Surveys in which answers to one question say something of those to another, stated by their authors or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.universe import Universe
from tests.attacker.surveys import ASurvey, Settled, survey_of
from tests.builders import a_question, implied, options, text

NEEDED = {"required_because": text("We have to know.")}
YES_NO = ("yes", "no")
COUNTRIES, IN_EU = ("se", "fi", "no", "is", "uk", "ch"), ("se", "fi")


def children(is_stated: bool) -> ASurvey:
    """The number of children in bands, and whether there are any."""
    limits = {"none": 1, "one": 2, "two": 3, "more": None}
    bands = [{"code": code, "label": text(code), "below": limit} for code, limit in limits.items()]
    number = a_question("number", id="children", most=5, bands=bands, **NEEDED)
    settled = Settled("children", "any", {code: YES_NO[code == "none" :][:1] for code in limits})
    implies = [
        implied("any", "yes", {"question": "children", "at_least": 1}),
        implied("any", "no", {"question": "children", "at_most": 0}),
    ]
    whether = a_question("yes_no", id="any", implies=implies if is_stated else [], **NEEDED)
    return survey_of([number, whether], {}, settled=[settled])


def country(is_stated: bool) -> ASurvey:
    """A country of six, and whether it is in the EU."""
    which = a_question("single_choice", options=options(*COUNTRIES), **NEEDED)
    settled = Settled("country", "in_eu", {code: YES_NO[code not in IN_EU :][:1] for code in COUNTRIES})
    return survey_of(
        [which, bound(a_question("yes_no", id="in_eu", **NEEDED), settled, is_stated)], {}, None, [settled]
    )


def bound(question: dict[str, Any], settled: Settled, is_stated: bool = True) -> dict[str, Any]:
    """``question`` as the second of two, with what its answers imply stated or not."""
    seconds = dict.fromkeys(code for codes in settled.answers.values() for code in codes)
    implies = []
    for second in seconds:
        firsts = [first for first, codes in settled.answers.items() if second in codes]
        then = {"any": [{"question": settled.first, "equals": first} for first in firsts]}
        implies += [implied(settled.second, second, then)] if len(firsts) < len(settled.answers) else []
    return question | {"implies": [*question.get("implies", ()), *(implies if is_stated else ())]}


@dataclass(frozen=True)
class _Drafted:
    """A question that is drafted, and its codes."""

    question: dict[str, Any]
    codes: Sequence[str]


def a_bound_survey(random: Random) -> ASurvey:
    """Two to four questions, each bound to one before it; some crossed with the first of them or with another one.

    Some have a question that is asked on condition of an answer to one of them.
    """
    drafted = [_a_question(random, f"q{number}") for number in range(random.randint(2, 4))]
    settled, questions = list[Settled](), [drafted[0].question]
    for place, each in enumerate(drafted[1:], 1):
        settled.append(_settled(random, random.choice(drafted[:place]), each))
        questions.append(bound(each.question, settled[-1]))
    asked: dict[str, Universe] = {}
    if random.random() < 0.5:
        parent = random.choice(drafted)
        name, codes = parent.question["id"], random.sample(parent.codes, random.randint(1, len(parent.codes) - 1))
        show_if = {"any": [{"question": name, "equals": code} for code in codes]}
        questions.append(a_question("yes_no", id="child", show_if=show_if))
        asked["child"] = Universe(TableId(name), tuple(code for code in parent.codes if code in codes))
    crosstabs = _crosstabs(random, questions, settled) if random.random() < 0.6 else None
    return survey_of(questions, asked, crosstabs, settled)


def _a_question(random: Random, name: str) -> _Drafted:
    codes = YES_NO if random.random() < 0.4 else tuple(f"o{number}" for number in range(random.randint(2, 6)))
    question = a_question("yes_no") if codes == YES_NO else a_question("single_choice", options=options(*codes))
    return _Drafted(question | {"id": name} | (NEEDED if random.random() < 0.4 else {}), codes)


def _settled(random: Random, first: _Drafted, second: _Drafted) -> Settled:
    """Every answer goes together with one, and others with others now and then."""
    pairs = {(code, random.choice(second.codes)) for code in first.codes}
    pairs |= {(random.choice(first.codes), code) for code in second.codes}
    pairs |= {(code, other) for code in first.codes for other in second.codes if random.random() < 0.15}
    answers = {code: [other for other in second.codes if (code, other) in pairs] for code in first.codes}
    return Settled(first.question["id"], second.question["id"], answers)


def _crosstabs(random: Random, questions: list[dict[str, Any]], settled: Sequence[Settled]) -> Crosstabs:
    """The first question or a new one by some that are bound to each other without a gap."""
    crossed = {"q0"}
    for each in settled:
        if each.first in crossed and random.random() < 0.7:
            crossed.add(each.second)
    if random.random() < 0.5 and len(crossed) > 1:
        return Crosstabs(group="q0", by=tuple(sorted(crossed - {"q0"})))
    questions.insert(
        random.choice([0, len(questions)]), a_question("single_choice", id="group", options=options("a", "b", "c"))
    )
    return Crosstabs(group="group", by=tuple(sorted(crossed)))
