"""What kind of question each of an outline is, and what it needs besides words: options, limits, bands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.locale import translator
from chalicelib.questionnaire.conditions import MAXIMUM_NUMBER
from chalicelib.questionnaire.definition import KINDS
from operation.authoring.made_names import as_code
from operation.authoring.wording_rules import quoted
from operation.outlines.marks import ASKS_TO_SPECIFY, Marks, marked, spoken
from operation.outlines.outline import Asked, Choice, Guess

Json = dict[str, Any]

#: An answer that is none: set apart, or exclusive where several can be chosen.
_RATHER_NOT = re.compile(
    "(?:i(?:['’]d| would)? )?(?:rather|prefer)(?: to)? not(?: to)? (?:say|answer|tell|share).*"
    "|no answer|(?:vill inte|ønsker ikke å|en halua|vil ekki) (?:svara|svare|vastata|segja).*",
    re.IGNORECASE,
)
_NONE = re.compile(
    "none(?: of (?:these|those|them|the above))?|nothing|ingen|inget|ingenting|en mitään|ekkert", re.IGNORECASE
)
_BLANK_LINE = re.compile(r"[ :：]*(?:[_…]{3,}|…{2,})[ _…]*$|[ :：]*\.{4,}$|[:：]$")
_YES_NO = ({"yes", "no"}, {"ja", "nej"}, {"ja", "nei"}, {"kyllä", "ei"}, {"já", "nei"}, {"نعم", "لا"})
#: Limits and bands where the outline gives none.
_MOST, _BANDS, _YEARS = 100, 5, 5


@dataclass
class Made:
    """A question as a definition has it, without id and label, and what was guessed."""

    label: str
    parts: Json
    guesses: list[Guess] = field(default_factory=list)


@dataclass(frozen=True)
class Scene:
    """What all questions of a draft share: the language, and the year that it is."""

    language: str
    year: int

    def text(self, wording: str) -> dict[str, str]:
        """``wording`` by the language."""
        return {self.language: wording}


def made_of(asked: Asked, scene: Scene) -> Made:
    """``asked`` as a question."""
    label, marks = marked(asked.text)
    made = Made(label or asked.text, {})
    for said in marks.unknown:
        _guess(made, asked.line, f"“({quoted(said)[1:-1]})” says no kind of question, so it stays in the text.")
    for words in (label, *asked.hints):
        marks = marks if marks.kind else _told(made, asked, spoken(words, marks))
    marks = replace(marks, kind=_kind(asked, marks, made))
    made.parts["kind"] = marks.kind
    _PARTS.get(str(marks.kind), _nothing)(asked, marks, scene, made)
    _hints(asked, scene, made)
    _required(asked, marks, scene, made)
    return made


def _guess(made: Made, line: int, said: str) -> None:
    made.guesses.append(Guess(line, said))


def _told(made: Made, asked: Asked, marks: Marks) -> Marks:
    if marks.kind:
        _guess(made, asked.line, f"Its words make it a {marks.kind}.")
    return marks


def _kind(asked: Asked, marks: Marks, made: Made) -> str:
    """The kind that is said, where what stands under the question lets it be that; else the nearest that does."""
    fields = KINDS[marks.kind].model_fields.keys() if marks.kind else set[str]()
    if "options" in fields and len(asked.options) < 2:
        _guess(made, asked.line, f"A {marks.kind} needs two options or more, so this asks for words instead.")
        return "long_text"
    if marks.kind and ("options" in fields or not asked.options):
        return marks.kind
    if marks.kind and "least_label" in fields and len(asked.options) == 2 and not marks.ends:
        return marks.kind
    if _labels(asked) in _YES_NO:
        return "yes_no"
    if not asked.options:
        _guess(made, asked.line, "Nothing says what kind of question this is, so it asks for words: (text).")
        return "long_text"
    if marks.kind and len(asked.options) > 1:
        _guess(made, asked.line, f"It has options, so it is a choice, and no {marks.kind}.")
    return marks.kind if marks.kind and len(asked.options) < 2 else _of_options(asked, made)


def _of_options(asked: Asked, made: Made) -> str:
    if len(asked.options) < 2:
        _guess(made, asked.line, "One option is no choice, so this asks for words, and the option is in the hint.")
        return "long_text"
    if all(choice.is_boxed for choice in asked.options):
        _guess(made, asked.line, "Boxes stand before its options, so several can be chosen: (several).")
        return "multiple_choice"
    _guess(made, asked.line, "One of its options can be chosen. If several can, write (several) behind it.")
    return "single_choice"


def _hints(asked: Asked, scene: Scene, made: Made) -> None:
    """Its hints, and options that nothing was made of; a question for words asks to name nobody."""
    hints, kind = list(asked.hints), KINDS[made.parts["kind"]]
    if asked.options and not _is_used(asked, made):
        _guess(made, asked.line, "What is listed under it became part of its hint.")
        hints += ["\n".join(f"- {choice.text}" for choice in asked.options)]
    if not hints and kind.asks == "text":
        hints.append(translator(scene.language)("Do not name people or places."))
        _guess(made, asked.line, "It had no hint. This one was added: it asks to name nobody.")
    if hints and kind.asks == "nothing":
        made.label = "\n\n".join([made.label, *hints])
    elif hints:
        made.parts["hint"] = scene.text("\n\n".join(hints))


def _is_used(asked: Asked, made: Made) -> bool:
    """Whether something was made of its options: options, the ends of a scale, yes and no."""
    texts = [choice.text for choice in asked.options]
    ends = [text for key in ("least_label", "most_label") for text in made.parts.get(key, {}).values()]
    is_yes_no = "options" not in KINDS[made.parts["kind"]].model_fields and _labels(asked) in _YES_NO
    return "options" in made.parts or texts == ends or is_yes_no


def _labels(asked: Asked) -> set[str]:
    return {choice.text.casefold().strip(" .") for choice in asked.options}


def _required(asked: Asked, marks: Marks, scene: Scene, made: Made) -> None:
    reason = asked.required if asked.required is not None else marks.required
    if reason is None or KINDS[made.parts["kind"]].asks == "nothing":
        return
    reason = re.sub(r"^because,? ", "", reason, flags=re.IGNORECASE).strip()
    if not reason:
        _guess(made, asked.line, "It can be skipped: who has to answer is told why. Write (required: because …).")
        return
    made.parts["required_because"] = scene.text(
        f"{reason[0].upper()}{reason[1:]}{'' if reason.endswith(_STOPS) else '.'}"
    )


_STOPS = (".", "!", "?", "…", "。", "؟")


def _nothing(asked: Asked, marks: Marks, scene: Scene, made: Made) -> None:
    """Of kinds that need no more."""


def _options(asked: Asked, marks: Marks, scene: Scene, made: Made) -> None:
    kind, taken = made.parts["kind"], set[str]()
    read: list[Json] = []
    for number, choice in enumerate(asked.options, 1):
        option = _option(choice, kind, scene, made)
        label = option["label"][scene.language]
        code = as_code("rather not say" if _RATHER_NOT.fullmatch(label) else label, number, taken)
        taken.add(code)
        read.append({"code": code, **option})
    last = [option for option in read if option.get("apart") or option.get("exclusive")]
    ordered = [*(option for option in read if option not in last), *last]
    if ordered != read:
        _guess(made, asked.line, "Options that are set apart were put last, where the form shows them.")
    made.parts["options"] = ordered
    if marks.most is not None and "most" in KINDS[kind].model_fields:
        made.parts["most"] = min(marks.most, len(ordered))


def _option(choice: Choice, kind: str, scene: Scene, made: Made) -> Json:
    """An option without its code. What asks for more words, or is set apart, is told by its own."""
    bare = _BLANK_LINE.sub("", choice.text).strip()
    words, marks = marked(bare)
    words = ASKS_TO_SPECIFY.sub("", words if marks.specify else bare)
    is_open = words != choice.text.strip()
    label = words.strip() or choice.text
    option: Json = {"label": scene.text(label)}
    possible = KINDS[kind].marks
    if is_open and "specify" in possible:
        option["specify"] = True
        _guess(made, choice.line, f"{quoted(label)} has a line to write on.")
    mark = next((mark for mark in ("exclusive", "apart") if mark in possible), None)
    is_none = "exclusive" in possible and _NONE.fullmatch(label)
    if mark and (_RATHER_NOT.fullmatch(label) or is_none):
        option[mark] = True
        apart = "rules out the other options" if mark == "exclusive" else "stands apart from the other options"
        _guess(made, choice.line, f"{quoted(label)} {apart}.")
    return option


def _scale(asked: Asked, marks: Marks, scene: Scene, made: Made) -> None:
    ends = marks.ends
    if not ends and len(asked.options) == 2:
        ends = (asked.options[0].text, asked.options[1].text)
    if not ends:
        ends = ("Least", "Most")
        _guess(
            made, asked.line, "Its ends are called “Least” and “Most”. Write what they mean: (1-5: Not at all – Very)."
        )
    made.parts |= {"least": marks.low, "most": marks.high}
    made.parts |= {"least_label": scene.text(ends[0]), "most_label": scene.text(ends[1])}


def _number(asked: Asked, marks: Marks, scene: Scene, made: Made) -> None:
    """Whole numbers in bands of about the same width, since bands alone are published."""
    least, most = marks.low, marks.high
    if least is None or most is None or not least < most <= MAXIMUM_NUMBER:
        least, most = 0, _MOST
        _guess(made, asked.line, f"Its limits are 0 and {_MOST}. Write those that hold: (number 0-168).")
    if marks.ends:
        _guess(made, asked.line, f"{quoted(' – '.join(marks.ends))} was left out: only scales of up to 10 have ends.")
    limits = sorted({least + (most + 1 - least) * step // _BANDS for step in range(1, _BANDS)} - {least})
    starts = [least, *limits]
    lasts = [*(limit - 1 for limit in limits), most]
    names = [str(first) if first == last else f"{first}–{last}" for first, last in zip(starts, lasts, strict=True)]
    bands = [{"code": f"from_{first}", "label": scene.text(name)} for first, name in zip(starts, names, strict=True)]
    _guess(made, asked.line, "It is published in these bands, and no finer: choose those that you need.")
    made.parts |= {"least": least, "most": most, "bands": _ended(bands, "below", limits)}


def _date(asked: Asked, marks: Marks, scene: Scene, made: Made) -> None:
    """Days in bands of a year, or of several."""
    first, last = marks.low, marks.high
    if first is None or last is None or not 1900 <= first <= last <= 2099 or last - first >= 100:
        first, last = scene.year - _YEARS, scene.year
        _guess(
            made, asked.line, f"Its days are those of {first} to {last}. Write the years that hold: (date 2020-2026)."
        )
    width = 1 + (last - first) // 10
    starts = list(range(first, last + 1, width))
    bands = [
        {"code": f"y{start}", "label": scene.text(_years(start, min(start + width - 1, last)))} for start in starts
    ]
    _guess(made, asked.line, "It is published in these bands, and no finer: choose those that you need.")
    limits = [f"{start}-01-01" for start in starts[1:]]
    made.parts |= {"least": f"{first}-01-01", "most": f"{last}-12-31", "bands": _ended(bands, "before", limits)}


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _ended(bands: list[Json], key: str, limits: list[Any]) -> list[Json]:
    """``bands``, each but the last with where it ends."""
    return [*({**band, key: limit} for band, limit in zip(bands, limits, strict=False)), bands[-1]]


_PARTS: Mapping[str, Callable[[Asked, Marks, Scene, Made], None]] = {
    **dict.fromkeys(("single_choice", "multiple_choice", "dropdown", "ranking"), _options),
    "scale": _scale,
    "number": _number,
    "date": _date,
}
