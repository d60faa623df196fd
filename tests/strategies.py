"""Hypothesis strategies that several stages share: random questionnaires, and random answers to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from chalicelib.questionnaire.codebook import GIVEN, NO, YES
from chalicelib.questionnaire.definition import (
    KINDS,
    Matrix,
    MultipleChoice,
    Number,
    Questionnaire,
    Ranking,
    ShortText,
    SingleChoice,
    is_required,
    specify_options,
)
from chalicelib.responses.answers import Answers
from operation.authoring.places import Place
from operation.authoring.rules import check_definition
from tests.builders import a_definition, a_question, options, text

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=12)
KEYS = st.binary(min_size=32, max_size=32)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Single and multiple choices of 2 to 20 options, some of them exclusive, and a text."""
    questions = [a_question("short_text", id="word")]
    for number in range(draw(st.integers(1, 4))):
        codes = [f"o{index}" for index in range(draw(st.integers(2, 20)))]
        kind = draw(st.sampled_from(["single_choice", "multiple_choice"]))
        alone = codes[: draw(st.integers(0, 2))] if kind == "multiple_choice" else []
        questions.append(
            {"kind": kind, "id": f"q{number}", "label": {"en": "Q"}, "options": options(*codes, exclusive=alone)}
        )
    return a_definition(*questions).questionnaire


def answers_to(questionnaire: Questionnaire) -> st.SearchStrategy[Answers]:
    """Valid answers, any of them skipped."""
    choices = {question.id: _chosen(question) for question in questionnaire.questions if question.asks == "codes"}
    texts = st.sampled_from([{}, {"word": "rest"}])
    return st.builds(
        lambda codes, texts: Answers({name: chosen for name, chosen in codes.items() if chosen}, texts),
        st.fixed_dictionaries(choices),
        texts,
    )


def _chosen(question: object) -> st.SearchStrategy[tuple[str, ...]]:
    assert isinstance(question, SingleChoice | MultipleChoice)
    if isinstance(question, SingleChoice):
        return st.sampled_from([(), *((option.code,) for option in question.options)])
    together = [option.code for option in question.options if not option.exclusive]
    alone = st.sampled_from([(), *((option.code,) for option in question.options if option.exclusive)])
    if not together:
        return alone
    sets = st.sets(st.sampled_from(together), min_size=question.least or 1, max_size=question.most)
    return alone | sets.map(lambda some: tuple(code for code in together if code in some))


# --- every kind, with conditions -------------------------------------------------------------------------------------

Json = dict[str, Any]
CODES = ("a", "b", "c", "d", "e")
FIRST_DAY, LAST_DAY = date(2022, 11, 28), date(2026, 2, 28)
#: Always asked, so they come before any section that has a condition.
ALWAYS = ("consent", "hidden")
WRITTEN = ("rest", " two  words ", "a\r\nline", "<b>&\"'</b>", "😀", "12", "سلام")


def _codes(draw: st.DrawFn, least: int = 2, most: int = 4) -> tuple[str, ...]:
    return CODES[: draw(st.integers(least, most))]


def _a_single_choice(draw: st.DrawFn) -> Json:
    codes = _codes(draw)
    return {"options": options(*codes, specify=draw(st.sampled_from([(), codes[-1:]])))}


def _a_multiple_choice(draw: st.DrawFn) -> Json:
    codes = _codes(draw, 2, 5)
    alone = codes[-1:] if len(codes) > 2 and draw(st.booleans()) else ()
    combinable = len(codes) - len(alone)
    least = draw(st.none() | st.integers(1, combinable))
    most = draw(st.none() | st.integers(least or 1, combinable))
    marked = options(*codes, exclusive=alone, specify=draw(st.sampled_from([(), codes[:1]])))
    return {"options": marked, "least": least, "most": most}


def _a_scale(draw: st.DrawFn) -> Json:
    ends = {"least_label": text("bad"), "most_label": text("good")}
    return {"least": draw(st.integers(0, 1)), "most": draw(st.integers(2, 10)), **ends}


def _a_matrix(draw: st.DrawFn) -> Json:
    return {"rows": options(*_codes(draw, 1, 3)), "options": options(*_codes(draw, 2, 3))}


def _a_ranking(draw: st.DrawFn) -> Json:
    codes = _codes(draw)
    return {"options": options(*codes), "most": draw(st.none() | st.integers(1, len(codes)))}


def _a_number(draw: st.DrawFn) -> Json:
    least = draw(st.integers(0, 12))
    return {"least": least, "most": draw(st.integers(least + 1, 250)), "bands": []}


def _a_date(draw: st.DrawFn) -> Json:
    least = draw(st.dates(FIRST_DAY, LAST_DAY.replace(year=2025)))
    return {"least": str(least), "most": str(draw(st.dates(least, LAST_DAY))), "bands": []}


def _a_short_text(draw: st.DrawFn) -> Json:
    return draw(st.sampled_from([{}, {"pattern": "[0-9]{1,3}", "pattern_says": text("a number")}]))


def _a_hidden(draw: st.DrawFn) -> Json:
    return {"options": options(*_codes(draw, 1, 3))}


def _bare(draw: st.DrawFn) -> Json:
    return {}


#: Kind to what differs from question to question; one entry for each of ``definition.KINDS``.
PARTS: Mapping[str, Callable[[st.DrawFn], Json]] = {
    "single_choice": _a_single_choice,
    "dropdown": lambda draw: {"options": options(*_codes(draw))},
    "multiple_choice": _a_multiple_choice,
    "scale": _a_scale,
    "matrix": _a_matrix,
    "ranking": _a_ranking,
    "number": _a_number,
    "date": _a_date,
    "yes_no": _bare,
    "consent": _bare,
    "short_text": _a_short_text,
    "long_text": _bare,
    "hidden": _a_hidden,
    "note": _bare,
    "section": _bare,
}


@st.composite
def conditional_questionnaires(draw: st.DrawFn, most_questions: int = 9) -> Questionnaire:
    """Questions of all kinds, most of them with a condition on earlier ones, that ``check`` has nothing against."""
    kinds = draw(st.lists(st.sampled_from(ALWAYS), max_size=2, unique=True))
    kinds += draw(st.lists(st.sampled_from(sorted(PARTS.keys() - {*ALWAYS})), min_size=2, max_size=most_questions))
    questions: list[Json] = []
    for kind in [*kinds, "yes_no"]:
        question = {"kind": kind, "id": f"q{len(questions)}", "label": text("Q"), **PARTS[kind](draw)}
        earlier = [former for former in questions if former["kind"] not in ("note", "section")]
        if kind not in ALWAYS and earlier and draw(st.integers(0, 3)):
            question["show_if"] = draw(conditions(earlier))
        if kind not in ("note", "section", "hidden") and not draw(st.integers(0, 3)):
            question["required_because"] = text("We must know.")
        questions.append(question)
    return _without_faults(questions)


def _without_faults(questions: list[Json]) -> Questionnaire:
    """Contradictions are likely where chance makes conditions: without them, the rest is sound."""
    while True:
        definition = a_definition(*questions, policy="exact")
        faults = [problem for problem in check_definition(definition) if problem.severity == "error"]
        if not faults:
            return definition.questionnaire
        # What is in a section that nobody comes to has no condition of its own; too many have no place of their own.
        removed = [question.pop("show_if", None) for fault in faults for question in _at(fault.place, questions)]
        assert any(removed), faults


def _at(place: Place, questions: list[Json]) -> list[Json]:
    """The question at ``place``, or all where it names none."""
    return [questions[place.question]] if isinstance(place.question, int) else questions


def conditions(earlier: list[Json]) -> st.SearchStrategy[Json]:
    """Trees of every operator over the questions ``earlier``, each comparison one that fits."""
    leaves = st.sampled_from(earlier).flatmap(_comparisons)
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(lambda negated: {"not": negated}, inner)
            | st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3))
            | st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3))
        ),
        max_leaves=4,
    )


@st.composite
def _comparisons(draw: st.DrawFn, question: Json) -> Json:
    kind, name = question["kind"], question["id"]
    # An input tells numbers apart at one limit: for this question always the same.
    fitting = ("equals",) if kind == "number" and question["most"] % 2 else KINDS[kind].compared_by
    operator = draw(st.sampled_from([*fitting, *fitting, "answered"]))
    part = f"{name}.{draw(st.sampled_from(_parts(question)))}" if _parts(question) else name
    if operator == "answered":
        return {"question": draw(st.sampled_from([name, part])), "answered": True}
    return {"question": part, operator: draw(_compared_with(question, operator))}


def _parts(question: Json) -> list[str]:
    found = {"matrix": question.get("rows", []), "ranking": question.get("options", [])}.get(question["kind"], [])
    return [part["code"] for part in found]


def _compared_with(question: Json, operator: str) -> st.SearchStrategy[int | str]:
    """What an answer to ``question`` may be compared with by ``operator``."""
    if operator.startswith("chosen"):
        combinable = sum("exclusive" not in option for option in question["options"])
        return st.integers(int(operator == "chosen_at_least"), combinable)
    if question["kind"] == "number":
        return st.just(_limit(question["least"], question["most"]) - (operator == "at_most"))
    values: Mapping[str, Callable[[], st.SearchStrategy[Any]]] = {
        "scale": lambda: st.integers(question["least"], question["most"]),
        "ranking": lambda: st.integers(1, question["most"] or len(question["options"])),
        "date": lambda: _days(question["least"], question["most"]),
        "yes_no": lambda: st.sampled_from([YES, NO]),
    }
    codes = [option["code"] for option in question.get("options", [])]
    return values.get(question["kind"], lambda: st.sampled_from(codes))()


def _limit(least: int, most: int) -> int:
    return (least + most + 1) // 2


def _days(least: str, most: str) -> st.SearchStrategy[str]:
    return st.dates(date.fromisoformat(least), date.fromisoformat(most)).map(date.isoformat)


# --- answers of every kind, as JSON and as the fields of a form -------------------------------------------------------


@st.composite
def json_answers(draw: st.DrawFn, questionnaire: Questionnaire) -> Json:
    """Valid answers, to questions that do not apply as well; what needs no answer may be skipped."""
    found: Json = {}
    for question in questionnaire.questions:
        if question.asks == "nothing" or (not is_required(question) and not draw(st.integers(0, 3))):
            continue
        answer = found[question.id] = draw(ANSWERS[question.kind](question))
        for option in specify_options(question):
            if option.code == answer or (isinstance(answer, list) and option.code in answer):
                found |= draw(st.sampled_from([{}, {f"{question.id}.{option.code}.text": " which\tone "}]))
    return found


def _one(question: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([option.code for option in question.options])


def _several(question: MultipleChoice) -> st.SearchStrategy[list[str]]:
    together = [option.code for option in question.options if not option.exclusive]
    alone = [[option.code] for option in question.options if option.exclusive]
    some = st.lists(
        st.sampled_from(together),
        unique=True,
        min_size=question.least or 1,
        max_size=question.most or len(together),
    )
    return st.sampled_from(alone) | some if alone else some


def _rows(question: Matrix) -> st.SearchStrategy[Json]:
    answers = _one(question) if is_required(question) else st.none() | _one(question)
    return st.fixed_dictionaries({row.code: answers for row in question.rows})


def _order(question: Ranking) -> st.SearchStrategy[list[str]]:
    codes = [option.code for option in question.options]
    return st.builds(lambda order, most: order[:most], st.permutations(codes), st.sampled_from(question.ranks))


def _number(question: Number) -> st.SearchStrategy[int]:
    near = range(_limit(question.least, question.most) - 1, _limit(question.least, question.most) + 2)
    within = [number for number in near if question.least <= number <= question.most]
    return st.sampled_from(within) | st.integers(question.least, question.most)


def _line(question: ShortText) -> st.SearchStrategy[str]:
    return st.sampled_from(["1", "042", " 99 "] if question.pattern else WRITTEN)


#: Kind to its valid answers; one entry for each of ``definition.KINDS`` that asks something.
ANSWERS: Mapping[str, Callable[[Any], st.SearchStrategy[Any]]] = {
    "single_choice": _one,
    "dropdown": _one,
    "multiple_choice": _several,
    "scale": lambda question: st.sampled_from(question.steps),
    "matrix": _rows,
    "ranking": _order,
    "number": _number,
    "date": lambda question: _days(question.least, question.most),
    "yes_no": lambda question: st.booleans(),
    "consent": lambda question: st.just(True),
    "short_text": _line,
    "long_text": lambda question: st.sampled_from(WRITTEN),
    "hidden": _one,
}

#: What may stand where an answer belongs: nothing, other kinds' answers, other types.
EMPTY: tuple[Any, ...] = (None, "", [], {})
GARBAGE = st.sampled_from(EMPTY) | st.sampled_from(
    [0, -1, 1.5, True, "a", "zz", " ", ["a", "a"], ["a", 1], {"a": "zz"}, "2024-02-30", "9" * 300]
)


@st.composite
def json_with_garbage(draw: st.DrawFn, questionnaire: Questionnaire) -> Json:
    """Answers of which some are not, of questions that apply and of others."""
    names = st.sampled_from([question.id for question in questionnaire.questions] + ["q0.a.text", "unasked"])
    return draw(json_answers(questionnaire)) | draw(st.dictionaries(names, GARBAGE, max_size=2))


def as_fields(questionnaire: Questionnaire, answers: Json) -> dict[str, list[str]]:
    """What a browser sends for valid JSON ``answers``."""
    kinds = {question.id: question.kind for question in questionnaire.questions}
    fields: dict[str, list[str]] = {}
    for name, answer in answers.items():
        fields |= _fields(kinds.get(name, "short_text"), name, answer)
    return fields


def _fields(kind: str, name: str, answer: Any) -> dict[str, list[str]]:
    several: Mapping[str, Callable[[], dict[str, list[str]]]] = {
        "multiple_choice": lambda: {name: answer},
        "matrix": lambda: {f"{name}.{row}": [code] for row, code in answer.items() if code},
        "ranking": lambda: {f"{name}.{code}": [str(rank)] for rank, code in enumerate(answer, 1)},
        "date": lambda: {
            f"{name}.{part}": [str(int(digits))]
            for part, digits in zip(("year", "month", "day"), answer.split("-"), strict=True)
        },
        "yes_no": lambda: {name: [YES if answer else NO]},
        "consent": lambda: {name: [GIVEN]},
    }
    return several.get(kind, lambda: {name: [str(answer)]})()


@st.composite
def form_fields(draw: st.DrawFn, questionnaire: Questionnaire) -> dict[str, list[str]]:
    """Fields of a form, some of them with what no browser would send, some unknown."""
    filled = as_fields(questionnaire, draw(json_answers(questionnaire)))
    values = st.lists(st.sampled_from(["", " ", "a", "zz", "0", "٣", "yes", "given", "9" * 30, "<b>"]), max_size=3)
    return filled | draw(st.dictionaries(st.sampled_from([*filled, "q1.a", "q2.year", "unasked"]), values, max_size=3))
