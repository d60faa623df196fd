"""From a row of the survey sheet to a question, type by type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chalicelib.locale import translator
from chalicelib.questionnaire.codebook import NO, YES
from operation.xlsform.bands import date_bands, number_bands
from operation.xlsform.constraint import Limits, limits
from operation.xlsform.lists import Choices, Lists, with_other
from operation.xlsform.relevant import Target
from operation.xlsform.sheets import Row
from operation.xlsform.told import SURVEY, CannotSay, Fate, Json, Ledger

#: What Kobo and ODK note of the device and the person who holds it; P1: nothing of the sort is kept here.
METADATA = frozenset(
    {"start", "end", "today", "deviceid", "device_id", "subscriberid", "simserial", "phonenumber", "username", "email"}
    | {"audit", "start-geopoint", "background-geopoint", "background-audio", "imei", "uri:deviceid"}
)
_CHOSEN = {
    "select_one": "single_choice",
    "select_multiple": "multiple_choice",
    "rank": "ranking",
    "select_one_from_file": "single_choice",
    "select_multiple_from_file": "multiple_choice",
}
_SAME = {
    "int": "integer",
    "string": "text",
    "trigger": "acknowledge",
    "select1": "select_one",
    "select": "select_multiple",
    "add_note_prompt": "note",
}
#: A line of a hint that our scales are exported with: the words at both ends.
ENDS = re.compile(
    r"(?:(?P<hint>.*)\n)?(?P<least>[0-9]+) = (?P<low>[^;\n]+); (?P<most>[0-9]+) = (?P<high>[^;\n]+)", re.DOTALL
)
#: Scales have so many steps at most, and begin at 0 or 1.
_LAST_STEP = 10
_FALSE = frozenset({"", "no", "false", "false()", "0"})
_TRUE = frozenset({"yes", "true", "true()", "1"})
#: Appearances that mean something here; others are a matter of looks.
_MEANT = ("multiline", "minimal", "autocomplete", "search", "label", "list-nolabel", "field-list")
#: Columns that change what is asked, which our questions cannot say.
REFUSED_COLUMNS: Mapping[str, str] = {
    "calculation": "nothing is calculated here. Delete the row, or ask it",
    "choice_filter": "lists cannot depend on other answers. Ask with `relevant`, one question for each list",
    "repeat_count": "nothing is asked repeatedly here",
    "trigger": "nothing is calculated here",
    "save_to": "there are no entities here",
}


@dataclass(frozen=True)
class Made:
    """A question, and what the names of its row mean in conditions."""

    question: Json
    targets: Mapping[str, Target] = field(default_factory=dict)


@dataclass(frozen=True)
class Maker:
    """Makes questions of rows. ``languages``: codes and names, the first the one that others fall back to."""

    lists: Lists
    languages: Mapping[str, str]
    ledger: Ledger

    @property
    def first(self) -> str:
        """The language that the others fall back to."""
        return next(iter(self.languages))

    def make(self, row: Row, name: str) -> Made:
        """The question of ``row``, with the id ``name``; raises :class:`CannotSay` for what it cannot be."""
        kind, _, rest = normal_type(row).partition(" ")
        if kind in _CHOSEN:
            return self._chosen(row, name, kind, rest.strip())
        if kind not in _MAKERS or rest:
            raise CannotSay(f"the type “{normal_type(row)[:40]}” cannot be asked here{_WHY.get(kind, '')}.")
        return _MAKERS[kind](self, row, name)

    def require_sayable(self, row: Row) -> None:
        """Raise :class:`CannotSay` for the first thing in ``row`` that no question of ours can be."""
        for column, why in REFUSED_COLUMNS.items():
            if row.get(column):
                raise CannotSay(f"{column}: {why}.")
        for column in row.cells:
            if CHANGES_MORE.match(column):
                raise CannotSay(f"the column {column[:40]} cannot be said here.")
        if row.get("read_only").lower() not in _FALSE:
            raise CannotSay("read_only: what cannot be answered is a note.")
        if any("${" in text for column in ("label", "hint") for text in row.text(column).values()):
            raise CannotSay("words cannot contain answers (${name}). Word it without.")

    def basics(self, row: Row, name: str, kind: str) -> Json:
        """What all questions have."""
        found: Json = {"id": name, "kind": kind, "label": row.text("label")}
        if hint := row.text("hint"):
            found["hint"] = hint
        if because := self.because(row):
            found["required_because"] = because
        self._tell_losses(row)
        return found

    def because(self, row: Row) -> dict[str, str]:
        """Why ``row`` has to be answered, by language; none where it need not be."""
        required = row.get("required").lower()
        if required in _FALSE:
            return {}
        if required not in _TRUE:
            raise CannotSay("required: whether it is cannot depend on other answers. Write yes or no.")
        if not row.text("required_message") and normal_type(row).partition(" ")[0] != "acknowledge":
            message = "may be skipped, since no required_message says why it must be answered."
            self.ledger.add(Fate.CHANGED, SURVEY, row.number, message, row.name)
        return row.text("required_message")

    def _tell_losses(self, row: Row) -> None:
        told: list[str] = []
        if row.get("default"):
            told.append("default: nobody's answer is filled in for them.")
        if row.text("guidance_hint"):
            told.append("guidance_hint: there are no interviewers here.")
        if any(_TAG.search(text) for column in ("label", "hint") for text in row.text(column).values()):
            self.changed(row, "tags of HTML and signs of headings are shown as they are written. Take them out.")
        looks = [word for word in row.get("appearance").split() if word not in _MEANT]
        if looks:
            told.append(f"appearance {' '.join(looks)[:40]}: every device shows the same form.")
        kind = normal_type(row).partition(" ")[0]
        if row.text("constraint_message") and kind != "text":
            told.append("constraint_message: the form says by itself which limit was passed.")
        if row.get("parameters") and kind not in ("range", *_CHOSEN):
            told.append("parameters: they mean nothing here.")
        for message in told:
            self.ledger.add(Fate.LEFT_OUT, SURVEY, row.number, message, row.name)

    def changed(self, row: Row, message: str) -> None:
        """Tell that ``row`` was taken as something a little different."""
        self.ledger.add(Fate.CHANGED, SURVEY, row.number, message, row.name)

    def _chosen(self, row: Row, name: str, kind: str, rest: str) -> Made:
        listed, _, other = rest.partition(" ")
        choices = self.lists.of_file(listed) if kind.endswith("_from_file") else self.list_of(row, listed)
        if other.strip() in ("or_other", "or other", "or specify other"):
            choices = with_other(choices, self.languages)
            self.changed(row, "or_other: the choice “other”, which asks which.")
        elif other.strip():
            raise CannotSay(f"“{other.strip()[:40]}” after the list is not understood.")
        question = self.basics(row, name, _CHOSEN[kind]) | {"options": choices.options}
        given = _parameters(row, ("randomize", "seed", "value", "label"))
        if given.get("value", "name") != "name" or given.get("label", "label") != "label":
            raise CannotSay("parameters: the columns of the file are called name and label here.")
        if given.get("randomize", "").lower() == "true":
            question["order"] = "random"
        found = limits(row.get("constraint"))
        _only(found, "fewest", "highest_count", "exclusive") if kind == "select_multiple" else _only(found)
        question = self._as_meant(row, question) if kind == "select_one" else _with_counts(question, found, choices)
        return Made(question, {row.name: Target(name, question["kind"], choices.codes)})

    def list_of(self, row: Row, name: str) -> Choices:
        """The list of that name, or the one that Kobo's builder names in a column of its own."""
        return self.lists.named(name or row.get("select_from_list_name"))

    def _as_meant(self, row: Row, question: Json) -> Json:
        """A single choice as the kind that it is: yes or no, or a list box."""
        if [option["code"] for option in question["options"]] == [YES, NO] and self._are_our_words(question):
            return {key: value for key, value in question.items() if key not in ("options", "order")} | {
                "kind": "yes_no"
            }
        asks_which = any(option.get("specify") for option in question["options"])
        if {"minimal", "autocomplete", "search"} & {*row.get("appearance").split()} and not asks_which:
            if "order" in question:
                self.changed(row, "the order of a list box is not random.")
            return {key: value for key, value in question.items() if key != "order"} | {"kind": "dropdown"}
        return question

    def _are_our_words(self, question: Json) -> bool:
        words = {YES: "Yes", NO: "No"}
        return all(
            text.casefold() == translator(language)(words[option["code"]]).casefold()
            for option in question["options"]
            for language, text in option["label"].items()
        )

    def number(self, row: Row, name: str) -> Made:
        """A whole number; of fractions the whole part is asked."""
        found = limits(row.get("constraint"))
        _only(found, "least", "most")
        if found.most is None:
            raise CannotSay("the highest number that can be is not said. Write a constraint: . <= 120")
        if isinstance(found.least, str) or isinstance(found.most, str):
            raise CannotSay("a number is compared with a day.")
        if normal_type(row) == "decimal":
            self.changed(row, "whole numbers only, without fractions.")
        return self._measured(row, name, found.least or 0, found.most)

    def _measured(self, row: Row, name: str, least: int, most: int) -> Made:
        if not 0 <= least <= most <= 1_000_000_000:
            raise CannotSay("numbers go from 0 to 1,000,000,000 here, the lowest first.")
        question = self.basics(row, name, "number") | {"least": least, "most": most}
        question["bands"] = number_bands(least, most, self.first)
        return Made(question, {row.name: Target(name, "number")})

    def date(self, row: Row, name: str) -> Made:
        """A day between two others."""
        found = limits(row.get("constraint"))
        _only(found, "least", "most")
        if not isinstance(found.least, str) or not isinstance(found.most, str):
            example = ". >= date('2020-01-01') and . <= date('2026-12-31')"
            raise CannotSay(f"the first and the last day that can be are not both said. Write a constraint: {example}")
        if found.least > found.most:
            raise CannotSay("the first day is after the last.")
        question = self.basics(row, name, "date") | {"least": found.least, "most": found.most}
        question["bands"] = date_bands(found.least, found.most, self.first)
        return Made(question, {row.name: Target(name, "date")})

    def text(self, row: Row, name: str) -> Made:
        """One line, or several where the row looks so."""
        found = limits(row.get("constraint"))
        is_long = "multiline" in row.get("appearance").split()
        _only(found, "longest") if is_long else _only(found, "longest", "pattern")
        question = self.basics(row, name, "long_text" if is_long else "short_text")
        if found.longest is not None:
            question["most_characters"] = found.longest
        if found.pattern is not None:
            question |= {"pattern": found.pattern, "pattern_says": row.text("constraint_message")}
            if not question["pattern_says"]:
                raise CannotSay("constraint_message: say in words what the regex wants, for those whom it refuses.")
        elif row.text("constraint_message"):
            message = "constraint_message: the form says by itself which limit was passed."
            self.ledger.add(Fate.LEFT_OUT, SURVEY, row.number, message, row.name)
        return Made(question, {row.name: Target(name, question["kind"])})

    def note(self, row: Row, name: str) -> Made:
        """Words between questions."""
        return Made(self.basics(row, name, "note"))

    def consent(self, row: Row, name: str) -> Made:
        """A box that has to be ticked."""
        if row.get("required").lower() in _FALSE:
            self.changed(row, "has to be ticked before anything is sent, as all consent has here.")
        _only(limits(row.get("constraint")))
        return Made(self.basics(row, name, "consent"), {row.name: Target(name, "consent")})

    def range(self, row: Row, name: str) -> Made:
        """A scale, where it has as few steps as one; else a number."""
        given = _parameters(row, ("start", "end", "step"))
        try:
            start, end, step = (int(float(given.get(key, usual))) for key, usual in _RANGE.items())
            is_whole = all(float(given.get(key, usual)).is_integer() for key, usual in _RANGE.items())
        except (ValueError, OverflowError) as error:
            raise CannotSay("start, end and step are no numbers.") from error
        if not is_whole or step != 1 or not 0 <= start < end:
            raise CannotSay("a range has whole steps of 1 from 0 or more here.")
        _only(limits(row.get("constraint")))
        if start > 1 or not 1 < end <= _LAST_STEP:
            self.changed(row, "a number to write, since scales go from 0 or 1 to at most 10.")
            return self._measured(row, name, start, end)
        return Made(self._scale(row, name, start, end), {row.name: Target(name, "scale")})

    def _scale(self, row: Row, name: str, least: int, most: int) -> Json:
        question = self.basics(row, name, "scale") | {"least": least, "most": most}
        found = {language: ENDS.fullmatch(hint) for language, hint in row.text("hint").items()}
        ends = {language: end for language, end in found.items() if end}
        if not ends:
            question |= {"least_label": {self.first: str(least)}, "most_label": {self.first: str(most)}}
            return question
        question |= {"least_label": {language: end["low"].strip() for language, end in ends.items()}}
        question |= {"most_label": {language: end["high"].strip() for language, end in ends.items()}}
        question["hint"] = {language: end["hint"] for language, end in ends.items() if end["hint"]}
        question["hint"] |= {language: row.text("hint")[language] for language, end in found.items() if not end}
        return question if question["hint"] else {key: value for key, value in question.items() if key != "hint"}

    def hidden(self, row: Row, name: str) -> Made:
        """What the link brings; its values stand in the sheet of extras only."""
        return Made(
            self.basics(row, name, "hidden") | {"options": []},
            {row.name: Target(name, "hidden", _Any())},
        )


class _Any(dict[str, str]):
    """Every name is its own code: the values of a hidden row stand in no list."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> str:
        return key


#: Columns of other names for what rows hold, which would say it twice, and of pictures and sounds.
CHANGES_MORE = re.compile(r"(?:media|bind|control|body|instance):|(?:image|audio|video|big-image)(?::|$)")
#: HTML, and headings of Markdown, which Kobo and ODK show as such.
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]{2,8};|&#\d+;|^#{1,6} ", re.MULTILINE)
_RANGE = {"start": "1", "end": "10", "step": "1"}
_MAKERS: Mapping[str, Callable[[Maker, Row, str], Made]] = {
    "text": Maker.text,
    "integer": Maker.number,
    "decimal": Maker.number,
    "date": Maker.date,
    "note": Maker.note,
    "acknowledge": Maker.consent,
    "range": Maker.range,
    "hidden": Maker.hidden,
}
_FILE = ": files from respondents can give them away"
_PLACE = ": a place on a map can give somebody away. Ask for the area as a choice"
_WHY: Mapping[str, str] = {
    **dict.fromkeys(("image", "photo", "audio", "video", "file"), _FILE),
    **dict.fromkeys(("geopoint", "geotrace", "geoshape", "location", "gps"), _PLACE),
    "barcode": ". Ask for it as text",
    "calculate": ": nothing is calculated here",
    "time": ". Ask for it as a choice",
    "datetime": ". Ask for the day alone (date)",
}


def normal_type(row: Row) -> str:
    """The type of ``row`` in one spelling, small letters but for the name of its list."""
    words = row.get("type").split()
    text = re.sub(r"^(begin|end) (?=group|repeat|score|rank|kobo)", r"\1_", " ".join(words), flags=re.IGNORECASE)
    for spelled, meant in (
        ("select one from file", "select_one_from_file"),
        ("select one from ", "select_one "),
        ("select one", "select_one"),
        ("select multiple from file", "select_multiple_from_file"),
        ("select all that apply from ", "select_multiple "),
        ("select multiple", "select_multiple"),
    ):
        if text.lower().startswith(spelled):
            text = meant + text[len(spelled) :]
            break
    kind, space, rest = text.partition(" ")
    kind = kind.lower()
    return f"{_SAME.get(kind, kind)}{space}{rest}"


def _parameters(row: Row, known: tuple[str, ...]) -> dict[str, str]:
    text = re.sub(r"\s*=\s*", "=", row.get("parameters"))
    found = dict(part.partition("=")[::2] for part in re.split(r"[\s,;]+", text) if part)
    if unknown := sorted(found.keys() - {*known}):
        raise CannotSay(f"parameters: {unknown[0][:40]} means nothing here.")
    return found


def _only(found: Limits, *names: str) -> None:
    """Raise :class:`CannotSay` where ``found`` says more than a question of this type can."""
    if said := [name for name, value in vars(found).items() if value not in (None, ()) and name not in names]:
        raise CannotSay(f"constraint: this type has no such limit here ({said[0].replace('_', ' ')}).")


def _with_counts(question: Json, found: Limits, choices: Choices) -> Json:
    for code in found.exclusive:
        if code not in choices.codes:
            raise CannotSay(f"constraint: “{code[:40]}” is none of the choices.")
    alone = {choices.codes[code] for code in found.exclusive}
    question["options"] = [
        option | {"exclusive": True} if option["code"] in alone else option for option in question["options"]
    ]
    if found.fewest:
        question["least"] = found.fewest
    if found.highest_count is not None:
        question["most"] = found.highest_count
    return question
