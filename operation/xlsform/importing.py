"""From a workbook to a definition: every row is taken, changed, left out with the reason, or refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from chalicelib.questionnaire.definition import KINDS, MAXIMUM_QUESTIONS
from operation.authoring.draft_rules import DRAFTED
from operation.xlsform import extras, tables
from operation.xlsform.cells import Sheet, read_sheets
from operation.xlsform.lists import Lists
from operation.xlsform.names import as_id
from operation.xlsform.nodes import MATRIX, RANK, REPEAT, SCORE, TABLE, Node
from operation.xlsform.outline import Step, outline
from operation.xlsform.questions import CHANGES_MORE, METADATA, REFUSED_COLUMNS, Made, Maker, normal_type
from operation.xlsform.relevant import Target, condition
from operation.xlsform.sheets import Form, Row, read_form
from operation.xlsform.told import EXTRAS, SETTINGS, SURVEY, CannotSay, Fate, Json, Ledger

#: Of a row that an option's line to say which is exported as: “needs.another.text”.
SPECIFY = ".text"
#: Stand in where a workbook says nothing: XLSForm has no place for them, but in columns of ours in its settings.
_STAND_INS: Mapping[str, str] = {
    **DRAFTED,
    "thanks": "Thank you.",
}
EXIT_LINK = "https://www.wikipedia.org/"
#: Rows that are read; more than there can be questions, since a matrix takes many.
_MOST_ROWS = 3_000


@dataclass(frozen=True)
class Imported:
    """The data of a definition, what became of each row, and by the id of a question the row that it came from."""

    document: Json
    ledger: Ledger
    rows: Mapping[str, Row]


def import_form(path: Path) -> Imported:
    """Read the XLSForm at ``path``.

    Raises :class:`OperatorError` where it is no workbook that can be read; whatever is wrong with its rows is told in
    the ledger.
    """
    return form_of(read_sheets(path), path)


def form_of(sheets: Mapping[str, Sheet], path: Path) -> Imported:
    """As :func:`import_form`, of ``sheets``; files of choices are looked for beside ``path``."""
    ledger = Ledger()
    form = read_form(sheets, ledger)
    if len(form.survey) > _MOST_ROWS:
        ledger.add(Fate.REFUSED, SURVEY, 0, f"over {_MOST_ROWS:,} rows are more than a survey can have.")
    lists = Lists(form, path.parent, ledger)
    survey = _Survey(Maker(lists, form.languages, ledger), ledger)
    _tell_columns(form.survey, ledger)
    for step in outline(list(_used(form.survey[:_MOST_ROWS], ledger)), ledger):
        survey.take(step)
    lists.tell_columns()
    if len(survey.questions) > MAXIMUM_QUESTIONS:
        message = f"{len(survey.questions)} questions, notes and headings; {MAXIMUM_QUESTIONS} are the most."
        ledger.add(Fate.REFUSED, SURVEY, 0, message)
    document = _document(form, survey.questions, path, ledger)
    before = deepcopy(document)
    said = extras.apply(form.extras, document, ledger)
    if not _is_whole(document):
        ledger.add(Fate.REFUSED, EXTRAS, 0, "what it says makes no questionnaire. Delete this sheet.")
        document, said = before, set()
    _tell_guesses(document, survey.rows, said, ledger)
    return Imported(document, ledger, survey.rows)


#: Columns of the survey sheet that are read, or named where a row has something in them.
_COLUMNS = frozenset(
    {"type", "name", "autoname", "required", "relevant", "constraint", "appearance", "parameters", "read_only"}
    | {"default", "select_from_list_name", "kobo--score-choices", "kobo--matrix_list", "kobo--rank-items", "disabled"}
    | {"kobo--rank-constraint-message"}
    | {*REFUSED_COLUMNS}
)


def _tell_columns(rows: Sequence[Row], ledger: Ledger) -> None:
    """Name each column that nothing is done with: a slip in “relevant” would show a question to everybody."""
    for column in dict.fromkeys(column for row in rows for column in row.cells):
        # What Kobo's builder notes for itself begins with a dollar sign.
        if column not in _COLUMNS and not column.startswith("$") and not CHANGES_MORE.match(column):
            ledger.add(Fate.LEFT_OUT, SURVEY, 1, "no column of this name is known here.", column)


def _used(rows: Sequence[Row], ledger: Ledger) -> Iterator[Row]:
    for row in rows:
        if row.get("disabled").lower() in ("yes", "true", "true()"):
            ledger.add(Fate.LEFT_OUT, SURVEY, row.number, "it is disabled in the workbook.", row.name)
        else:
            yield row


def _is_whole(document: Json) -> bool:
    """Whether ``document`` has what is looked for in it, whatever it says; `check` tells of the rest."""
    asked, settings = document.get("questionnaire"), document.get("settings")
    questions = asked.get("questions") if isinstance(asked, dict) else None
    return (
        isinstance(settings, dict)
        and isinstance(questions, list)
        and all(isinstance(each, dict) and isinstance(each.get("id"), str) and "kind" in each for each in questions)
    )


@dataclass
class _Survey:
    """The questions, as far as the rows were taken."""

    maker: Maker
    ledger: Ledger
    questions: list[Json] = field(default_factory=list)
    targets: dict[str, Target] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    #: By the number of a group's row, its condition; None where it cannot be said.
    conditions: dict[int, Json | None] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Take one row, with what it holds; or tell why not."""
        row, kind = step.node.row, step.node.kind
        if kind in METADATA and kind == normal_type(row):
            message = f"{kind}: nothing is kept of devices, of who answered, or of when (P1)."
            self.ledger.add(Fate.LEFT_OUT, SURVEY, row.number, message, row.name)
            return
        try:
            if kind == "text" and row.name.endswith(SPECIFY) and self._specifies(row):
                return
            self._add(step)
        except CannotSay as error:
            self.ledger.add(Fate.REFUSED, SURVEY, row.number, str(error), row.name)

    def _specifies(self, row: Row) -> bool:
        """Whether ``row`` is the line to say which that an option above it has."""
        question, _, code = row.name.removesuffix(SPECIFY).rpartition(".")
        for option in (each for made in self.questions if made["id"] == question for each in made.get("options", ())):
            if option["code"] == code:
                # Options of one list may belong to several questions.
                self._mark(question, code)
                self.ledger.add(
                    Fate.TAKEN, SURVEY, row.number, f"the line to say which of {question}.{code}.", row.name
                )
                return True
        return False

    def _mark(self, question: str, code: str) -> None:
        made = next(each for each in self.questions if each["id"] == question)
        made["options"] = [
            option | {"specify": True} if option["code"] == code else option for option in made["options"]
        ]

    def _add(self, step: Step) -> None:
        node = step.node
        if node.kind == REPEAT:
            raise CannotSay("a repeat: nothing is asked repeatedly here, and what is in it is not read. Delete it.")
        if node.begins:
            self.conditions[node.row.number] = None
            own = self._own(node.row)
            self.conditions[node.row.number] = own or {}
            if not node.row.text("label"):
                return
        found = list(self._made(node))
        show_if = self._condition(step)
        for made in found:
            if show_if:
                made.question["show_if"] = show_if
            self._keep(made, node)

    def _made(self, node: Node) -> Iterator[Made]:
        """The questions of a row, most often one."""
        row = node.row
        self.maker.require_sayable(row)
        if node.kind == MATRIX:
            yield from tables.matrices(self.maker, node, {*self.rows})
            return
        if not row.name and not row.text("label"):
            raise CannotSay("this row has neither a name nor a label.")
        if row.name and row.name in self.targets:
            raise CannotSay("another row has this name.")
        name = as_id(row.name or next(iter(row.text("label").values())), self.rows)
        if name != row.name:
            self.maker.changed(row, f"its id is {name}.")
        if node.begins:
            yield Made(self._heading(node, name))
        elif node.kind == TABLE:
            yield tables.table(self.maker, node, name)
        elif node.kind == SCORE:
            yield tables.score(self.maker, node, name)
        elif node.kind == RANK:
            yield tables.ranking(self.maker, node, name)
        elif "label" in node.looks and node.kind.startswith("select_"):
            self.maker.changed(row, "it shows the choices of a table and asks nothing: its words, if any, are a note.")
            yield from [self.maker.note(row, name)] if row.text("label") else []
        else:
            yield self.maker.make(row, name)

    def _heading(self, node: Node, name: str) -> Json:
        if not node.is_section:
            self.maker.changed(node.row, "its heading is a note, since questions follow that are not in it.")
        return self.maker.basics(node.row, name, "section" if node.is_section else "note")

    def _own(self, row: Row) -> Json | None:
        text = row.get("relevant")
        return condition(text, self.targets) if text else None

    def _condition(self, step: Step) -> Json | None:
        parts: list[Json] = []
        for group in step.unsaid:
            found = self.conditions.get(group.row.number)
            if found is None:
                raise CannotSay(f"it is in a group whose condition cannot be said (row {group.row.number}).")
            parts += [found] if found else []
        # Of a group its own is read already, so that what it says is told once.
        own = self.conditions[step.node.row.number] if step.node.begins else self._own(step.node.row)
        parts += [own] if own else []
        return {"all": parts} if len(parts) > 1 else parts[0] if parts else None

    def _keep(self, made: Made, node: Node) -> None:
        self.questions.append(made.question)
        self.targets |= made.targets
        self.rows[made.question["id"]] = node.row
        message = f"{made.question['kind']} {made.question['id']}."
        self.ledger.add(Fate.TAKEN, SURVEY, node.row.number, message, node.row.name)


def _document(form: Form, questions: Sequence[Json], path: Path, ledger: Ledger) -> Json:
    settings = form.settings
    first = next(iter(form.languages))
    texts = {name: settings.text(name) or _stand_in(name, first, ledger) for name in _STAND_INS}
    title = settings.text("form_title")
    if not title:
        title = {first: path.stem[:100]}
        ledger.add(Fate.CHANGED, SETTINGS, 0, "without form_title the survey is called as its file is.", "form_title")
    _tell_settings(settings, ledger)
    asked = {
        "languages": {code: {"name": name} for code, name in form.languages.items()},
        "title": title,
        **texts,
        "minutes": _minutes(settings, len(questions), ledger),
        "questions": [_plain(question) for question in questions],
    }
    link = settings.get("exit_link")
    if not link:
        ledger.add(Fate.CHANGED, SETTINGS, 0, f"who leaves in a hurry goes to {EXIT_LINK}.", "exit_link")
    survey = _survey_id(settings.get("form_id") or path.stem)
    if settings.get("form_id") not in ("", survey):
        ledger.add(Fate.CHANGED, SETTINGS, 0, f"the survey's id is {survey}.", "form_id")
    return {
        "survey": survey,
        "settings": {"exit_link": link or EXIT_LINK},
        "questionnaire": asked,
    }


def _stand_in(name: str, first: str, ledger: Ledger) -> dict[str, str]:
    ledger.add(Fate.CHANGED, SETTINGS, 0, f"the workbook has no {name}. Put your own words in its place.", name)
    return {first: _STAND_INS[name]}


#: Settings that are read, and those whose loss changes nothing here.
_READ = frozenset({"form_id", "default_language", "minutes", "exit_link"})
_PASSED_OVER = frozenset({"version", "style", "public_key", "submission_url", "instance_name", "name", "auto_send"})


def _tell_settings(settings: Row, ledger: Ledger) -> None:
    for column in settings.cells:
        if column not in _READ:
            known = column in _PASSED_OVER
            message = "it is of no use here." if known else "no setting of this name is known."
            ledger.add(Fate.LEFT_OUT, SETTINGS, settings.number, message, column)


def _minutes(settings: Row, questions: int, ledger: Ledger) -> int:
    given = settings.get("minutes")
    if given.isascii() and given.isdigit() and 1 <= len(given) <= 3:
        return int(given)
    guessed = max(1, questions // 4)
    ledger.add(Fate.CHANGED, SETTINGS, 0, f"guessed to be {guessed}. Try it out, and set how long it takes.", "minutes")
    return guessed


def _survey_id(name: str) -> str:
    plain = as_id(name).replace("_", "-")[:60].strip("-")
    return plain if len(plain) > 2 else f"survey-{plain}"


def _plain(question: Json) -> Json:
    """``question`` without what says no more than if it were not there."""
    try:
        model = KINDS[question["kind"]].model_validate(question)
    except ValidationError:
        return question
    return model.model_dump(mode="json", exclude_defaults=True)


#: What a row does not say and a question has to have, by the key that was guessed.
_GUESSED: Mapping[str, str] = {
    "bands": "published in bands of equal width. Set those that tell something (bands).",
    "least_label": "its ends are called by their numbers. Give them words (least_label, most_label).",
}


def _tell_guesses(document: Json, rows: Mapping[str, Row], said: Collection[str], ledger: Ledger) -> None:
    """What was guessed, and not ``said`` in our own sheet; the values that a link brings are said nowhere else."""
    for question in document["questionnaire"]["questions"]:
        row = rows.get(question["id"])
        if row is None:
            continue
        for key, message in _GUESSED.items():
            ends = question.get(key)
            is_guess = key == "bands" or (
                isinstance(ends, dict) and [*ends.values()] == [str(question.get("least", 1))]
            )
            if key in question and is_guess and f"questionnaire.questions.{question['id']}.{key}" not in said:
                ledger.add(Fate.CHANGED, SURVEY, row.number, message, row.name)
        if question["kind"] == "hidden" and not question.get("options"):
            message = "which values the link may bring is not said. Ask it as a select_one."
            ledger.add(Fate.REFUSED, SURVEY, row.number, message, row.name)
