"""Whole random definitions that `check` and `publish` take: every kind and setting, conditions, implications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from chalicelib.questionnaire.definition import KINDS, Definition
from operation.authoring.places import Place
from operation.authoring.problems import DefinitionProblem
from operation.authoring.rules import check_definition
from operation.capacity import require_releasable
from tests.builders import a_definition, text
from tests.strategies import ALWAYS, PARTS, Json, conditions

GROUPS = tuple(kind for kind, model in KINDS.items() if model.crosstab == "group")
BESIDE = ("note", "section")
RELEASES: Mapping[str, Sequence[str]] = {"protected": ("at_close", "monthly", "quarterly"), "exact": ("at_close",)}
#: Lines of text of every shape that validation asks for.
WRITTEN: tuple[Json, ...] = (
    {},
    {"most_characters": 1},
    {"pattern": "[0-9]{3}", "pattern_says": text("three digits")},
    {"pattern": r"(\p{Lu}x|[^a-z\s]{2,4})+y?", "pattern_says": text("what it wants"), "most_characters": 9},
)


@st.composite
def definitions(
    draw: st.DrawFn,
    kinds: Sequence[str] = tuple(KINDS),
    most_questions: int = 10,
    policies: Sequence[str] = ("protected", "exact"),
) -> Definition:
    """Definitions of up to so many questions of ``kinds``, a yes or no besides, with any settings."""
    policy = draw(st.sampled_from(policies))
    drawn = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=most_questions))
    questions: list[Json] = []
    for kind in [*sorted(drawn, key=lambda kind: kind not in ALWAYS), "yes_no"]:
        questions.append(draw(_questions(kind, f"q{len(questions)}", questions, has_bands=policy == "protected")))
    settings: Json = {
        "policy": policy,
        "access": draw(st.sampled_from(["open", "invitation"])),
        "text": draw(st.sampled_from(["sealed", "plain"])),
        "releases": draw(st.sampled_from(RELEASES[policy])),
        "results": draw(st.sampled_from(["public", "held"])),
        "opens_on": draw(st.sampled_from([None, "2027-03-01"])),
    }
    if policy == "exact" or settings["access"] == "invitation":
        settings["crosstabs"] = draw(st.none() | _crosstabs(questions))
    found = _without_faults(questions, settings)
    require_releasable(found)
    return found


@st.composite
def _questions(draw: st.DrawFn, kind: str, name: str, before: list[Json], *, has_bands: bool) -> Json:
    question = {"kind": kind, "id": name, "label": text("Q"), **PARTS[kind](draw)}
    if kind == "short_text":
        question |= draw(st.sampled_from(WRITTEN))
    if kind in ("number", "date") and (has_bands or draw(st.booleans())):
        question["bands"] = draw(BANDS[kind](question))
    earlier = [former for former in before if former["kind"] not in BESIDE]
    if kind not in ALWAYS and earlier and not draw(st.integers(0, 2)):
        question["show_if"] = draw(conditions(earlier))
    groups = [former for former in earlier if former["kind"] in GROUPS and "show_if" not in former]
    if kind in GROUPS and groups and "show_if" not in question and draw(st.integers(0, 2)):
        question["implies"] = draw(st.lists(_implications(question, groups), min_size=1, max_size=3))
    if kind not in (*BESIDE, "hidden") and not draw(st.integers(0, 2)):
        question["required_because"] = text("We must know.")
    return question


@st.composite
def _implications(draw: st.DrawFn, question: Json, earlier: list[Json]) -> Json:
    return {"when": draw(conditions([question])), "then": draw(conditions([draw(st.sampled_from(earlier))]))}


@st.composite
def _number_bands(draw: st.DrawFn, question: Json) -> list[Json]:
    within = st.integers(max(question["least"] + 1, 1), question["most"])
    limits = sorted(draw(st.sets(within, max_size=3)))
    return [*({"below": limit, **_named(limit)} for limit in limits), _named("rest")]


@st.composite
def _date_bands(draw: st.DrawFn, question: Json) -> list[Json]:
    first, last = (date.fromisoformat(question[end]) for end in ("least", "most"))
    limits: list[date] = []
    if first < last:
        limits = sorted(draw(st.sets(st.dates(first + timedelta(days=1), last), max_size=3)))
    return [*({"before": str(limit), **_named(f"d{limit:%y%m%d}")} for limit in limits), _named("rest")]


def _named(code: object) -> Json:
    return {"code": str(code), "label": text(f"B{code}")}


BANDS: Mapping[str, Any] = {"number": _number_bands, "date": _date_bands}


@st.composite
def _crosstabs(draw: st.DrawFn, questions: list[Json]) -> Json | None:
    """A group and up to three questions that are crossed with it, of those asked of everybody."""
    asked = [question for question in questions if "show_if" not in question]
    groups = [question["id"] for question in asked if question["kind"] in GROUPS]
    crossed = [question["id"] for question in asked if KINDS[question["kind"]].crosstab != "none"]
    group = draw(st.sampled_from(groups)) if groups else None
    others = [name for name in crossed if name != group]
    if group is None or not others:
        return None
    by = draw(st.lists(st.sampled_from(others), min_size=1, max_size=3, unique=True))
    return {"group": group, "by": by}


def _without_faults(questions: list[Json], settings: Json) -> Definition:
    """Chance makes contradictions: what is at fault is taken out until `check` has nothing against the rest."""
    while True:
        definition = a_definition(*questions, **settings)
        faults = [problem for problem in check_definition(definition) if problem.severity == "error"]
        if not faults:
            return definition
        assume([fault for fault in faults if _mend(fault, questions, settings)])


def _mend(fault: DefinitionProblem, questions: list[Json], settings: Json) -> bool:
    """Take out what is at fault; whether anything was."""
    if fault.place.keys[:2] == ("settings", "crosstabs"):
        return settings.pop("crosstabs", None) is not None
    key = "implies" if "implies" in fault.place.keys else "show_if"
    return bool([question for question in _at(fault.place, questions) if question.pop(key, None) is not None])


def _at(place: Place, questions: list[Json]) -> Iterator[Json]:
    yield from [questions[place.question]] if isinstance(place.question, int) else questions
