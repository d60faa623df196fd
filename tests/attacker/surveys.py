"""Random surveys by invitation, and respondents who answer them, so that every truth is one that people can make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from chalicelib.questionnaire.codebook import CHOSEN, NO_ANSWER, NOT_CHOSEN, Variable, codebook_of
from chalicelib.questionnaire.definition import Question, Questionnaire, is_required
from chalicelib.questionnaire.routing import applies, conditions_of
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of, tally_of
from chalicelib.tabulation.universe import Universe
from tests.builders import a_definition, options, text

#: How much more often an option is chosen than the next: evenly, or nearly always the first.
SKEWS = (1, 1, 2, 4, 20)
#: How often each kind is asked.
KINDS: Mapping[str, int] = {
    "single_choice": 4,
    "yes_no": 3,
    "scale": 2,
    "multiple_choice": 5,
    "matrix": 2,
    "ranking": 3,
    "short_text": 1,
}
GROUPS: Mapping[str, int] = {"single_choice": 4, "yes_no": 2, "scale": 1}
CROSSED = ("single_choice", "yes_no", "scale", "multiple_choice", "matrix")
#: What share of the surveys have a group question.
CROSSED_SURVEYS = 0.7


@dataclass(frozen=True)
class Condition:
    """A condition, and by the author's own reckoning whom it holds for."""

    show_if: dict[str, Any]
    asked: Universe


@dataclass(frozen=True)
class Settled:
    """By the answer to the ``first`` of two questions, what whoever gave it can have answered to the ``second``."""

    first: str
    second: str
    answers: Mapping[str, Sequence[str]]

    def go_together(self, first: str, second: str) -> bool:
        """Whether somebody can have given both."""
        return NO_ANSWER in (first, second) or second in self.answers[first]


@dataclass(frozen=True)
class ASurvey:
    """A questionnaire, its tables, whom its conditional questions are asked of, what is crossed, what settles what."""

    questionnaire: Questionnaire
    specs: Sequence[TableSpec]
    asked: Mapping[str, Universe]
    crosstabs: Crosstabs | None = None
    settled: Sequence[Settled] = ()


def a_random_survey(random: Random) -> ASurvey:
    """One to three questions, some with questions that depend on them, and on these again; often crossed with one."""
    questions: list[dict[str, Any]] = []
    asked: dict[str, Universe] = {}
    group = _add(random, questions, asked, None, GROUPS) if random.random() < CROSSED_SURVEYS else None
    roots = [_add_family(random, questions, asked) for _ in range(random.randint(1, 3))]
    if group is None:
        return survey_of(questions, asked)
    if random.random() < 0.3:
        _add(random, questions, asked, group)
    elif random.random() < 0.5:
        questions.append(questions.pop(0))
    by = tuple(root["id"] for root in roots if root["kind"] in CROSSED)
    crosstabs = Crosstabs(group=group["id"], by=by) if by else None
    return survey_of(questions, asked, crosstabs)


def _add_family(random: Random, questions: list[dict[str, Any]], asked: dict[str, Universe]) -> dict[str, Any]:
    root = _add(random, questions, asked, None)
    children = [_add(random, questions, asked, root) for _ in range(random.choice([0, 1, 1, 2]))]
    for child in children:
        if random.random() < 0.4:
            _add(random, questions, asked, child)
    return root


def survey_of(
    questions: Sequence[dict[str, Any]],
    asked: Mapping[str, Universe],
    crosstabs: Crosstabs | None = None,
    settled: Sequence[Settled] = (),
) -> ASurvey:
    """The survey with these questions."""
    questionnaire = a_definition(*questions, access="invitation", crosstabs=crosstabs).questionnaire
    codebook = codebook_of(questionnaire)
    return ASurvey(questionnaire, tables_of(codebook, crosstabs), asked, crosstabs, settled)


def _add(
    random: Random,
    questions: list[dict[str, Any]],
    asked: dict[str, Universe],
    parent: dict[str, Any] | None,
    kinds: Mapping[str, int] = KINDS,
) -> dict[str, Any]:
    question = _a_question(random, f"q{len(questions)}", kinds)
    if parent:
        condition = _a_condition(random, parent)
        question["show_if"] = condition.show_if
        asked[question["id"]] = condition.asked
    questions.append(question)
    return question


def _a_question(random: Random, name: str, kinds: Mapping[str, int]) -> dict[str, Any]:
    kind = random.choices(list(kinds), weights=list(kinds.values()))[0]
    question: dict[str, Any] = {"kind": kind, "id": name, "label": text("Well?")} | _parts(random, kind)
    if random.random() < 0.25:
        question["required_because"] = text("We have to know.")
    return question


def _parts(random: Random, kind: str) -> dict[str, Any]:
    codes = [f"o{number}" for number in range(random.randint(2, 6))]
    match kind:
        case "single_choice":
            return {"options": options(*codes, *(f"p{number}" for number in range(random.choice([0, 0, 4]))))}
        case "scale":
            return {"least": 1, "most": random.randint(2, 7), "least_label": text("bad"), "most_label": text("good")}
        case "matrix":
            rows = [{"code": f"r{number}", "label": text("Row")} for number in range(random.randint(1, 3))]
            return {"rows": rows, "options": options(*codes[:4])}
        case "ranking":
            return {"options": options(*codes), "most": random.choice([None, random.randint(1, len(codes))])}
        case "multiple_choice":
            most = random.choice([None, random.randint(1, len(codes))])
            least = random.choice([None, None, random.randint(1, most or len(codes))])
            alone = [f"e{number}" for number in range(random.choice([0, 0, 1, 2]))]
            return {"options": options(*codes, *alone, exclusive=alone), "least": least, "most": most}
    return {}


def _a_condition(random: Random, parent: dict[str, Any]) -> Condition:
    """A condition on ``parent`` that one of its printed tables tells."""
    name, codes = parent["id"], [option["code"] for option in parent.get("options", ())]
    match parent["kind"]:
        case "multiple_choice":
            return _on_choices(random, parent)
        case "matrix":
            return _on_codes(random, f"{name}.{random.choice(parent['rows'])['code']}", codes)
        case "ranking":
            ranks = range(1, (parent["most"] or len(codes)) + 1)
            return _on_steps(random, f"{name}.{random.choice(codes)}", ranks, negated=0.2)
        case "scale":
            return _on_steps(random, name, range(1, parent["most"] + 1))
        case "short_text":
            return Condition({"question": name, "answered": True}, Universe(TableId.read(name), ("answered",)))
    return _on_codes(random, name, codes or ["yes", "no"])


def _on_codes(random: Random, name: str, codes: Sequence[str]) -> Condition:
    some = random.sample(codes, random.randint(1, max(1, len(codes) - 1)))
    tree: dict[str, Any] = {"any": [{"question": name, "equals": code} for code in some]}
    if random.random() < 0.2:
        return Condition(
            {"not": tree}, Universe(TableId.read(name), tuple(code for code in (*codes, NO_ANSWER) if code not in some))
        )
    return Condition(tree, Universe(TableId.read(name), tuple(code for code in codes if code in some)))


def _on_steps(random: Random, name: str, steps: range, negated: float = 0) -> Condition:
    limit = random.choice(steps)
    if random.random() < negated:
        later = (*(str(step) for step in steps if step > limit), NO_ANSWER)
        return Condition({"not": {"question": name, "at_most": limit}}, Universe(TableId.read(name), later))
    if random.random() < 0.5:
        return Condition(
            {"question": name, "at_least": limit},
            Universe(TableId.read(name), tuple(str(step) for step in steps if step >= limit)),
        )
    return Condition(
        {"question": name, "at_most": limit},
        Universe(TableId.read(name), tuple(str(step) for step in steps if step <= limit)),
    )


def _on_choices(random: Random, parent: dict[str, Any]) -> Condition:
    name = parent["id"]
    alone = [option["code"] for option in parent["options"] if option.get("exclusive")]
    code = random.choice([option["code"] for option in parent["options"] if not option.get("exclusive")])
    includes = {"question": name, "includes": code}
    if random.random() < 0.4:
        return Condition({"question": name, "answered": True}, Universe(TableId.read(name), (CHOSEN, *alone)))
    if random.random() < 0.2:
        return Condition({"not": includes}, Universe(TableId(name, code), (NOT_CHOSEN,)))
    return Condition(includes, Universe(TableId(name, code), (CHOSEN,)))


def _cell(variable: Variable, answers: Answers) -> str:
    """The cell that one answer is counted in."""
    value = next(iter(answers.codes.get(variable.id, ())), NO_ANSWER)
    if value == NO_ANSWER or variable.numbers is None:
        return value
    return variable.codes[variable.numbers.band(int(value))]


@dataclass
class Respondents:
    """People who answer at random, each question with a leaning of its own: even, or most of them the same."""

    random: Random
    survey: ASurvey

    def __post_init__(self) -> None:
        self._conditions = conditions_of(self.survey.questionnaire)
        self._variables = codebook_of(self.survey.questionnaire).variables if self.survey.settled else ()
        self._skew = {question.id: self.random.choice(SKEWS) for question in self.survey.questionnaire.questions}
        self._skips = {
            question.id: 0 if is_required(question) else self.random.choice([0, 0.1, 0.4])
            for question in self.survey.questionnaire.questions
        }

    def tally(self, n: int) -> Tally:
        """The true counts of ``n`` of them."""
        layout = Layout.of(codebook_of(self.survey.questionnaire))
        return tally_of(layout, [layout.pack(self.answers()) for _ in range(n)], self.survey.crosstabs)

    def answers(self) -> Answers:
        """What one of them answers; what cannot go together is thought over."""
        while not self._go_together(answers := self._any_answers()):
            pass
        return answers

    def _go_together(self, answers: Answers) -> bool:
        cells = {variable.id: _cell(variable, answers) for variable in self._variables}
        return all(each.go_together(cells[each.first], cells[each.second]) for each in self.survey.settled)

    def _any_answers(self) -> Answers:
        codes: dict[str, tuple[str, ...]] = {}
        texts: dict[str, str] = {}
        for question in self.survey.questionnaire.questions:
            given = codes | {name: (text,) for name, text in texts.items()}
            if not applies(self._conditions[question.id], given):
                continue
            if self.random.random() < self._skips[question.id]:
                continue
            if question.kind == "short_text":
                texts[question.id] = "said"
            else:
                codes |= self._codes(question)
        return Answers(codes, texts)

    def _codes(self, question: Any) -> dict[str, tuple[str, ...]]:
        name = question.id
        match question.kind:
            case "yes_no":
                return {name: (self._one(question, ["yes", "no"]),)}
            case "scale" | "number":
                return {name: (str(self._one(question, range(question.least, question.most + 1))),)}
            case "matrix":
                needs = is_required(question)
                rows = [row.code for row in question.rows if needs or self.random.random() < 0.9]
                return {f"{name}.{row}": (self._one(question, question.options).code,) for row in rows}
            case "ranking":
                depth = self.random.choice([question.ranks[-1], self.random.choice(question.ranks)])
                chosen = self._some(question, question.options, depth)
                return {f"{name}.{option.code}": (str(rank),) for rank, option in enumerate(chosen, 1)}
            case "multiple_choice":
                return {name: self._choices(question)}
        return {name: (self._one(question, question.options).code,)}

    def _choices(self, question: Any) -> tuple[str, ...]:
        alone = [option.code for option in question.options if option.exclusive]
        together = [option for option in question.options if not option.exclusive]
        if alone and self.random.random() < 0.2:
            return (self.random.choice(alone),)
        most = question.most or len(together)
        size = self.random.choice([most, self.random.randint(question.least or 1, most)])
        chosen = {option.code for option in self._some(question, together, size)}
        return tuple(option.code for option in together if option.code in chosen)

    def _one(self, question: Question, among: Sequence[Any]) -> Any:
        return self._some(question, among, 1)[0]

    def _some(self, question: Question, among: Sequence[Any], size: int) -> list[Any]:
        """``size`` of them in order, the first of the list more likely where the question is skewed."""
        left = list(among)
        weights = [self._skew[question.id] ** -float(place) for place in range(len(left))]
        found = []
        for _ in range(size):
            place = self.random.choices(range(len(left)), weights)[0]
            found.append(left.pop(place))
            weights.pop(place)
        return found
