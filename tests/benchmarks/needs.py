"""An invented survey of what members of a network need, and members whose answers are skewed and go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Any

from chalicelib.questionnaire.definition import Definition, Matrix, MultipleChoice, OneOfList, Question, Ranking, Scale
from chalicelib.questionnaire.routing import applies, conditions_of
from chalicelib.responses.answers import Answers
from tests.benchmarks.invented import chosen, picked, zipf
from tests.builders import a_definition, a_question, options, text

MEMBERS = 1_615
#: Latent classes, whose members prefer the same options, and their sizes.
CLASSES = {"settled": 50, "mobile": 25, "new": 15, "hard_pressed": 10}
#: Of the members: who answer nearly nothing, and who stop somewhere.
QUIET, STOPPING = 0.04, 0.1
#: How likely one of those quiet, and of the others, is to answer a question.
ANSWERED_BY_QUIET, ANSWERED = 0.05, 0.95
#: How many places up or down an option is shifted in a class's order of preference, as a standard deviation.
SHIFT = 2.0


def _one(name: str, codes: str) -> dict[str, Any]:
    return a_question("single_choice", id=name, options=options(*codes.split()))


def _several(name: str, codes: str, alone: str = "", asked_if: str = "", **limits: int) -> dict[str, Any]:
    condition = {"show_if": {"question": asked_if, "equals": "yes"}} if asked_if else {}
    together = options(*codes.split(), *alone.split(), exclusive=alone.split())
    return a_question("multiple_choice", id=name, options=together, **{"most": None, **limits, **condition})


def _rows(codes: str) -> list[dict[str, Any]]:
    return [{"code": code, "label": text(code)} for code in codes.split()]


QUESTIONS = (
    _one("country", "se no fi dk is other"),
    _one("age", "under_25 under_35 under_45 under_55 older"),
    _one("years_in", "first few several many"),
    _one("housing", "rented shared family own shelter none"),
    _one("income", "nearly enough short none"),
    _one("language", "swedish english spanish romanian thai arabic other"),
    _one("way_of_working", "indoors online outdoors agency mixed"),
    _one("care_within", "week month day never"),
    _one("heard_of_us", "friend worker web poster"),
    a_question("yes_no", id="police_met"),
    a_question("yes_no", id="debts"),
    a_question("yes_no", id="children"),
    a_question("yes_no", id="works_online"),
    a_question("yes_no", id="moved"),
    _several("needs", "money housing law care safety company rest school tax papers", alone="nothing"),
    _several("worries", "rent police clients health family stigma future border"),
    _several("helpers", "friends colleagues network family nurse lawyer", alone="nobody"),
    _several("barriers", "fear cost distance language hours papers trust waiting", most=3),
    _several("wishes", "shelter advice nurse lawyer meetings courses fund phone lobbying", least=3, most=3),
    _several("channels", "phone messages mail meetings poster worker", most=2),
    _several("police_matters", "check fine search theft violence border", asked_if="police_met"),
    _several("debt_kinds", "rent loan tax family fine", asked_if="debts"),
    _several(
        "harms_online", "theft_of_pictures threats fraud exposure closed_account stalking", asked_if="works_online"
    ),
    *(a_question("scale", id=name) for name in ("mood", "safety", "police_trust", "care_trust", "our_work", "company")),
    a_question("matrix", id="harder", rows=_rows("home work care street"), options=options("not", "some", "much")),
    a_question(
        "ranking", id="first_things", options=options("law", "money", "safety", "care", "rest", "rooms"), most=None
    ),
)


def needs_definition() -> Definition:
    """The survey, by invitation."""
    return a_definition(*QUESTIONS, access="invitation")


def members() -> list[Answers]:
    """The answers of ``MEMBERS`` people, always the same ones."""
    questions, random = needs_definition().questionnaire.questions, Random("needs")  # noqa: S311
    conditions = conditions_of(needs_definition().questionnaire)
    return [_answers(questions, conditions, random) for _ in range(MEMBERS)]


def _answers(questions: tuple[Question, ...], conditions: Mapping[str, Any], random: Random) -> Answers:
    (member_of,) = random.choices(list(CLASSES), list(CLASSES.values()))
    answering = ANSWERED_BY_QUIET if random.random() < QUIET else ANSWERED
    stops = random.randrange(len(questions)) if random.random() < STOPPING else len(questions)
    codes: dict[str, tuple[str, ...]] = {}
    for question in questions[:stops]:
        if applies(conditions[question.id], codes) and random.random() < answering:
            codes |= ANSWERERS[question.kind](question, member_of, random)
    return Answers(codes, {})


@cache
def _preferences(name: str, codes: tuple[str, ...], member_of: str) -> Mapping[str, float]:
    """Weights of ``codes``: each question is skewed in its own way, and each class has an order of its own."""
    exponent, shifts = Random(name).uniform(0.7, 1.8), Random(f"{name}:{member_of}")  # noqa: S311
    places = {code: place + shifts.gauss(0, SHIFT) for place, code in enumerate(codes)}
    weights = zipf(sorted(codes, key=places.__getitem__), exponent)
    return {code: weights[code] for code in codes}


def _codes(question: OneOfList | MultipleChoice | Matrix | Ranking) -> tuple[str, ...]:
    return tuple(option.code for option in question.options)


def _choice(question: OneOfList, member_of: str, random: Random) -> dict[str, tuple[str, ...]]:
    return {question.id: picked(random, _preferences(question.id, _codes(question), member_of), 1)}


def _yes_or_no(question: Question, member_of: str, random: Random) -> dict[str, tuple[str, ...]]:
    return {question.id: picked(random, _preferences(question.id, ("no", "yes"), member_of), 1)}


def _choices(question: MultipleChoice, member_of: str, random: Random) -> dict[str, tuple[str, ...]]:
    alone = tuple(option.code for option in question.options if option.exclusive)
    if alone and random.random() < 0.08:
        return {question.id: alone}
    together = tuple(option.code for option in question.options if not option.exclusive)
    number, most = question.least or 1, question.most or len(together)
    while number < most and random.random() < _one_more(question.id):
        number += 1
    return {question.id: chosen(random, _preferences(question.id, together, member_of), number)}


@cache
def _one_more(name: str) -> float:
    """How likely a member is to tick one more option: of some questions most tick one, of others several."""
    return Random(f"{name}, one more").uniform(0.05, 0.65)  # noqa: S311


def _step(question: Scale, member_of: str, random: Random) -> dict[str, tuple[str, ...]]:
    """Nearest to the class's own step most often."""
    peak = Random(f"{question.id}:{member_of}").choice(question.steps)  # noqa: S311
    return {question.id: picked(random, {str(step): (1 + abs(step - peak)) ** -1.5 for step in question.steps}, 1)}


def _each_row(question: Matrix, member_of: str, random: Random) -> dict[str, tuple[str, ...]]:
    names = [f"{question.id}.{row.code}" for row in question.rows if random.random() < ANSWERED]
    return {name: picked(random, _preferences(name, _codes(question), member_of), 1) for name in names}


def _order(question: Ranking, member_of: str, random: Random) -> dict[str, tuple[str, ...]]:
    """Three in four rank all options, the others as far as each likes."""
    ranks = len(question.ranks)
    depth = ranks if random.random() < 0.75 else random.randint(1, ranks)
    order = picked(random, _preferences(question.id, _codes(question), member_of), depth)
    return {f"{question.id}.{code}": (str(rank),) for rank, code in enumerate(order, 1)}


#: Kind to what one member answers, by the class that he or she is in.
ANSWERERS: Mapping[str, Callable[[Any, str, Random], dict[str, tuple[str, ...]]]] = {
    "single_choice": _choice,
    "yes_no": _yes_or_no,
    "multiple_choice": _choices,
    "scale": _step,
    "matrix": _each_row,
    "ranking": _order,
}
