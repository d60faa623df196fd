"""Ids and codes that programs would read as something else once they are in records (codes, columns).

What is read otherwise was tried with pandas 3.0, R 4 (utils and readr) and LibreOffice 7.4, in CSV; months are Excel's
(Ziemann, Eren and El-Osta 2016, "Gene name errors are widespread in the scientific literature").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from chalicelib.questionnaire.definition import Definition
from operation.authoring.places import LISTS, questions_of
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.records.reserved import RESERVED

#: Codes that one warning names.
MOST_NAMED = 5
#: Words of the languages of SPSS and R, which rename a column that is called so, or refuse it.
#: Sources: IBM, "SPSS Statistics: Variable names" (reserved keywords); R, help page "Reserved".
KEYWORDS = frozenset(["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"]).union(
    ["break", "else", "for", "function", "if", "in", "next", "repeat", "while"]
)
_MONTH = (
    "(?:jan(?:uary|uari|uar)?|feb(?:ruary|ruari|ruar)?|mar(?:ch|s)?|apr(?:il)?|may|maj|mai|june?|juni|july?|juli"
    "|aug(?:ust|usti)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cs](?:ember)?)"
)
#: By what a code is read as, the codes that are. Whole numbers as they are written stay what they are, up to the
#: fifteen digits that a spreadsheet keeps.
_READ_AS: Mapping[str, re.Pattern[str]] = {
    "a number": re.compile(r"(?!(?:0|[1-9][0-9]{0,14})$)(?:[0-9]+(?:[ed][0-9]+|[dfil])?|0x[0-9a-f]+|inf(?:inity)?)"),
    "a day or a time": re.compile(rf"[0-9]{{1,4}}{_MONTH}(?:[0-9]{{2,4}})?|{_MONTH}[0-9]{{1,4}}|[0-9]{{1,2}}[ap]m"),
    "a logical value": re.compile("true|false|sant|falskt?|sann|usann|sand|tosi|satt"),
    "a missing answer": re.compile("na|nan|null"),
}


def name_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """A warning for each question with codes, and one for each id, that are not read as they are written."""
    for place, question in questions_of(definition):
        codes = {part.code: place / name / at for name in LISTS for at, part in enumerate(getattr(question, name, ()))}
        if told := _told(codes):
            message = f"Programs that open the records read {told}. {_advice(codes)}"
            first = next(where for code, where in codes.items() if _read_as(code))
            yield DefinitionProblem(first / "code", ProblemCode.READ_OTHERWISE, message, Severity.WARNING)
        if question.asks == "nothing":
            continue
        if read := _told([question.id]):
            message = f"Programs that open the records read {read}. Take another id."
            yield DefinitionProblem(place / "id", ProblemCode.READ_OTHERWISE, message, Severity.WARNING)
        elif question.id in KEYWORDS:
            message = f"“{question.id}” is a word of the language of SPSS or R. Take another id, as in q_{question.id}."
            yield DefinitionProblem(place / "id", ProblemCode.READ_OTHERWISE, message, Severity.WARNING)


def taken_names(definition: Definition, met: Collection[str] = ()) -> Iterator[DefinitionProblem]:
    """An error for each question that is called as a column of records is, in capitals or not.

    A warning alone of those that people have ``met``: their ids stand for good, and the export finds another name.
    """
    for place, question in questions_of(definition):
        if question.asks == "nothing" or question.id.casefold() not in RESERVED:
            continue
        message = f"Records have a column “{question.id}” of their own."
        if question.id in met:
            message += f" People have answered under this id, so keep it: the export names its column {question.id}_."
            yield DefinitionProblem(place / "id", ProblemCode.TAKEN_ID, message, Severity.WARNING)
        else:
            yield DefinitionProblem(place / "id", ProblemCode.TAKEN_ID, f"{message} Take another id.")


def _read_as(code: str) -> str | None:
    return next((what for what, pattern in _READ_AS.items() if pattern.fullmatch(code)), None)


def _told(codes: Iterable[str]) -> str:
    """Which of ``codes`` are read as what; empty where none is."""
    found: dict[str, list[str]] = {}
    for code in codes:
        if what := _read_as(code):
            found.setdefault(what, []).append(code)
    return ", ".join(f"{_listed(those)} as {what}" for what, those in found.items())


def _listed(codes: list[str]) -> str:
    more = " and others" if len(codes) > MOST_NAMED else ""
    return ", ".join(f"“{code}”" for code in codes[:MOST_NAMED]) + more


def _advice(codes: Iterable[str]) -> str:
    read = [code for code in codes if _read_as(code)]
    begin = "Begin codes with a letter, as in c01" if any(code[0].isdigit() for code in read) else ""
    words = "take other words" if any(not code[0].isdigit() for code in read) else ""
    advice = ", and ".join(filter(None, (begin, words)))
    return f"{advice[0].upper()}{advice[1:]}."
