"""What an import would do: every row validated, and none stored yet."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto
from pathlib import Path

from chalicelib.collection import Submission, check, needs_invitation
from chalicelib.errors import INVITATION_FIELD, InvalidSubmission, Problem
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.answers import StoredRecord
from chalicelib.responses.receipt import invitation_hash, read_receipt, receipt_of, rid_of
from chalicelib.services import Services, Version
from operation.authoring.suggestions import did_you_mean
from operation.errors import OperatorError
from operation.importing.cells import CODE, ROW, CellReader, columns_of, undecimal
from operation.importing.csv_file import CsvFile, Line
from operation.lifecycle import require_survey, standing

_LONGEST_ROW = 100
#: How the name of a row begins that is a note, and no response.
NOTE = "#"
_WHEN = "Answers can be imported while a survey is open."


class Standing(StrEnum):
    """What is stored of a row already."""

    NEW = auto()
    #: Stored and not counted: with these very answers, or with others.
    SAME = auto()
    OTHER = auto()
    #: What was counted stands; to other answers that is told.
    COUNTED = auto()
    CONTRADICTED = auto()
    WITHDRAWN = auto()


@dataclass(frozen=True)
class Found:
    """One thing wrong with a row; nothing of what it holds is in ``message``."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.message}"


@dataclass(frozen=True)
class Planned:
    """A row that fits. ``name``: what it is called in the file."""

    line: int
    name: str
    submission: Submission
    standing: Standing
    receipt: str = field(repr=False)


@dataclass(frozen=True)
class Plan:
    """``rows`` fit; ``problems`` are all that is wrong with the others, by their lines."""

    survey: Survey
    version: Version
    rows: tuple[Planned, ...]
    problems: tuple[Found, ...]

    def count(self, standing: Standing) -> int:
        """How many rows stand so."""
        return sum(row.standing is standing for row in self.rows)


def plan_import(services: Services, survey_id: str, path: Path) -> Plan:
    """Validate ``path`` against what the survey asks now.

    Raises :class:`OperatorError` where the survey takes no answers, and where the file or its columns cannot be read.
    """
    survey = require_open(services, survey_id)
    version = services.version(survey.id, survey.version)
    file = CsvFile.read(path)
    _require_columns(file, version, survey)
    lines = [line for line in file.lines if not line.cells.get(ROW, "").startswith(NOTE)]
    if not lines:
        raise OperatorError(f"{path} has no rows. Fill in one for each response.")
    key = services.receipt_key(survey)
    rids = {rid_of(key, receipt_of(key, nonce_of(line))) for line in lines}
    stored = {record.rid: record for record in services.responses.records(survey.id) if record.rid in rids}
    return _Planner(services, survey, version, stored).plan(lines)


def nonce_of(line: Line) -> bytes:
    """What decides the receipt, by an HMAC under the survey's key: so a row that comes again is the same.

    The name of the row, and one number however a spreadsheet writes it: 7, 007, 7.0.
    """
    name = undecimal(unicodedata.normalize("NFC", line.cells.get(ROW, "")))
    return b"import:" + (name.lstrip("0") or "0" if name.isdecimal() else name).encode()


def require_not_over(services: Services, survey: Survey) -> None:
    """Raise :class:`OperatorError` where the survey takes no answers any more."""
    if not survey.was_opened or survey.state == "open":
        return
    until = survey.may_reopen_until
    may_reopen = until is not None and services.clock() < until
    advice = f" Until {until:%H:%M} UTC: manage.py reopen {survey.id}" if may_reopen else ""
    raise OperatorError(f"“{survey.id}” is {standing(survey)}. {_WHEN}{advice}")


def require_open(services: Services, survey_id: str) -> Survey:
    """The survey, if it takes answers today: what its page promises holds for answers on paper too."""
    survey = require_survey(services, survey_id)
    require_not_over(services, survey)
    if survey.state != "open" or survey.is_awaited(services.clock()):
        state = f"not open before {survey.settings.opens_on}" if survey.state == "open" else standing(survey)
        raise OperatorError(f"“{survey.id}” is {state}. {_WHEN}")
    return survey


def _require_columns(file: CsvFile, version: Version, survey: Survey) -> None:
    columns = columns_of(version.codebook)
    own = [ROW, CODE] if needs_invitation(survey) else [ROW]
    known = [*own, *(name for names in columns.values() for name in names)]
    for name in own:
        if name not in file.columns:
            raise OperatorError(f"{file.path} has no column “{name}”: {_WHY[name]}")
    for place, name in enumerate(file.columns, 1):
        if name not in known:
            # It may be no name at all, but what somebody answered.
            advice = did_you_mean(name, known) or " Name columns by questions, as --template does."
            raise OperatorError(f"{file.path}: column {place} is none of this survey's.{advice}")
    if twice := [name for name, times in Counter(file.columns).items() if times > 1]:
        raise OperatorError(f"{file.path} has two columns “{twice[0]}”. Keep one.")
    for variable, (whole, *options) in columns.items():
        if whole in file.columns and not set(options).isdisjoint(file.columns):
            raise OperatorError(f"{file.path} has “{variable}” in one column and in several. Keep one way.")


_WHY = {
    ROW: "what tells a row from all others, as the number on a paper form, so that nothing is stored twice.",
    CODE: "each response to this survey needs an invitation, also one on paper.",
}


@dataclass(frozen=True)
class _Planner:
    services: Services
    survey: Survey
    version: Version
    stored: Mapping[str, StoredRecord]

    def plan(self, lines: Sequence[Line]) -> Plan:
        """Every row, in the file's order."""
        reader, rows, problems = CellReader(self.version.codebook), list[Planned](), list[Found]()
        repeated, key = _repeated(lines), self.services.receipt_key(self.survey)
        for line in lines:
            submission = self._submission(line, reader)
            receipt = receipt_of(key, submission.nonce)
            record = self.stored.get(rid_of(key, receipt))
            standing = self._standing(record, submission) if record else Standing.NEW
            found = [*self._problems(line, submission, standing)]
            found += [Found(line.number, name, _TWICE[name]) for name in repeated if line.number in repeated[name]]
            if line.is_too_long:
                found.append(Found(line.number, "end", "Something stands beside the columns that have a name."))
            problems += found
            if not found:
                rows.append(Planned(line.number, line.cells[ROW], submission, standing, receipt))
        return Plan(self.survey, self.version, tuple(rows), tuple(problems))

    def _submission(self, line: Line, reader: CellReader) -> Submission:
        raw = self.version.validator.raw_answers(reader.fields(line.cells))
        return Submission(raw, nonce_of(line), line.cells.get(CODE, ""))

    def _standing(self, record: StoredRecord, submission: Submission) -> Standing:
        if record.withdrawn:
            return Standing.WITHDRAWN
        is_same = self._is_same(record, submission)
        if record.pending:
            return Standing.SAME if is_same else Standing.OTHER
        # Answers to another version are packed in another way.
        return Standing.COUNTED if is_same or record.version != self.version.number else Standing.CONTRADICTED

    def _is_same(self, record: StoredRecord, submission: Submission) -> bool:
        try:
            packed = self.version.layout.pack(check(self.survey, self.version, submission))
        except InvalidSubmission:
            return False
        return (record.version, record.answers) == (self.version.number, packed)

    def _problems(self, line: Line, submission: Submission, standing: Standing) -> Iterator[Found]:
        if not 0 < len(line.cells.get(ROW, "")) <= _LONGEST_ROW:
            yield Found(line.number, ROW, f"Tell this row from all others, in up to {_LONGEST_ROW} characters.")
        try:
            check(self.survey, self.version, submission)
        except InvalidSubmission as error:
            for problem in error.problems:
                column = CODE if problem.question_id == INVITATION_FIELD else problem.question_id or "all"
                yield Found(line.number, column, f"{problem.message}{self._advice(problem)}")
        else:
            if standing is Standing.CONTRADICTED:
                yield Found(line.number, ROW, _CONTRADICTED)
            # The code of a row that is stored is used up, by this very row.
            if needs_invitation(self.survey) and standing is Standing.NEW and not self._is_good(submission.invitation):
                yield Found(line.number, CODE, "This code is not known, or was used.")

    def _advice(self, problem: Problem) -> str:
        """What a cell may hold, after a blank, where it holds nothing of that: an operator sees no form."""
        if problem.code == "not_a_date":
            return " Write it as 2026-12-31."
        if problem.code not in ("unknown_option", "wrong_type"):
            return ""
        variables = [each for each in self.version.codebook.variables if each.question_id == problem.question_id]
        codes = [code for each in variables[:1] if each.form in ("one", "many") for code in each.codes]
        marks = " In a column of one of them: 1 or 0." if variables and variables[0].form == "many" else ""
        return f" Codes: {', '.join(codes)}.{marks}" if codes else ""

    def _is_good(self, code: str) -> bool:
        hashed = invitation_hash(self.services.receipt_key(self.survey), read_receipt(code) or "")
        return self.services.access.has_invitation(self.survey.id, hashed)


_TWICE = {
    ROW: "Another row of this file has the same name. Give each its own.",
    CODE: "Another row of this file has this code. Each lets one in.",
}
_CONTRADICTED = (
    "Other answers were counted under this name, and they stand. If this is another response, give it another name."
)


def _repeated(lines: Sequence[Line]) -> Mapping[str, set[int]]:
    """By column, the lines whose cell says what another's says too."""
    names = {line.number: nonce_of(line) for line in lines if line.cells.get(ROW)}
    codes = {line.number: code.encode() for line in lines if (code := read_receipt(line.cells.get(CODE, "")))}
    return {ROW: _shared(names), CODE: _shared(codes)}


def _shared(values: Mapping[int, bytes]) -> set[int]:
    """The keys of values that another key has too."""
    times = Counter(values.values())
    return {key for key, value in values.items() if times[value] > 1}
