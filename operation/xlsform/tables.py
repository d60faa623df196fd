"""Questions that take several rows of a workbook: tables as ODK and Kobo's builder write them, and Kobo's rankings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from operation.xlsform.lists import Choices
from operation.xlsform.names import as_code, as_id
from operation.xlsform.nodes import Node
from operation.xlsform.questions import Made, Maker, normal_type
from operation.xlsform.relevant import Target
from operation.xlsform.sheets import Row
from operation.xlsform.told import SURVEY, CannotSay, Fate, Json

_PLAIN = ("default", "parameters")


@dataclass(frozen=True)
class _Table:
    """The rows of a matrix called ``name``; ``codes`` of its choices, by their names in the workbook."""

    name: str
    group: Row
    rows: Sequence[Row]
    codes: Mapping[str, str]


def table(maker: Maker, node: Node, name: str) -> Made:
    """The matrix of a row that shows the labels of the choices, and rows that do not (ODK's “list-nolabel”)."""
    rows = [child.row for child in node.children]
    _require_plain(maker, rows)
    if node.row.get("constraint") or node.row.get("parameters"):
        raise CannotSay("a table has no constraint and no parameters here.")
    choices = _choices_of(maker, rows[0])
    question = _matrix(maker, node.row, name, node.row.text("label"), choices.options)
    return _with_rows(maker, question | _required(maker, rows), _Table(name, node.row, rows, choices.codes))


def _required(maker: Maker, rows: Sequence[Row]) -> Json:
    reasons = [maker.because(row) for row in rows]
    if not any(reasons):
        return {}
    if not all(reasons):
        raise CannotSay("some rows of this table must be answered and others need not. Make them the same.")
    if any(reason != reasons[0] for reason in reasons):
        maker.changed(rows[0], "its required_message is that of the whole table.")
    return {"required_because": reasons[0]}


def score(maker: Maker, node: Node, name: str) -> Made:
    """The matrix that Kobo's builder calls a rating."""
    rows = [child.row for child in node.children]
    if not rows:
        raise CannotSay("this table has no rows.")
    _require_plain(maker, rows)
    choices = maker.lists.named(node.row.get("kobo--score-choices"))
    question = _matrix(maker, node.row, name, node.row.text("label"), choices.options)
    return _with_rows(maker, _required(maker, rows) | question, _Table(name, node.row, rows, choices.codes))


def _require_plain(maker: Maker, rows: Sequence[Row]) -> None:
    for row in rows:
        maker.require_sayable(row)
        if row.get("relevant") or row.get("constraint"):
            raise CannotSay(f"a row of a table cannot have a condition of its own (row {row.number}).")


def _matrix(maker: Maker, row: Row, name: str, label: dict[str, str], options: list[Json]) -> Json:
    return maker.basics(row, name, "matrix") | {"label": label, "rows": [], "options": options}


def _with_rows(maker: Maker, question: Json, table: _Table) -> Made:
    targets: dict[str, Target] = {}
    group = table.group.name
    for row in table.rows:
        _tell_lost(maker, row)
        plain = row.name.removeprefix(f"{group}.").removeprefix(f"{group}_") if group else row.name
        # The builder gives rows their names when the form is deployed, by their words.
        taken = [each["code"] for each in question["rows"]]
        code = as_code(plain or next(iter(row.text("label").values()), ""), taken)
        if not code:
            raise CannotSay(f"row {row.number} has no name.")
        if row.name in targets:
            raise CannotSay(f"two rows of it are called “{row.name[:40]}”.")
        question["rows"].append({"code": code, "label": row.text("label")})
        targets[row.name or f"{group}_{code}"] = Target(f"{table.name}.{code}", "matrix", table.codes)
    return Made(question, targets)


def _tell_lost(maker: Maker, row: Row, *, of: Collection[str] = ("hint", "guidance_hint", *_PLAIN)) -> None:
    if lost := [name for name in of if row.text(name) or row.get(name)]:
        message = f"{', '.join(lost)}: a row of a table has none here."
        maker.ledger.add(Fate.LEFT_OUT, SURVEY, row.number, message, row.name)


def _choices_of(maker: Maker, row: Row) -> Choices:
    listed, _, more = normal_type(row).partition(" ")[2].strip().partition(" ")
    if more:
        raise CannotSay(f"“{more[:40]}” cannot be said of a table. Put “other” into the list, without asking which.")
    return maker.list_of(row, listed)


def matrices(maker: Maker, node: Node, ids: set[str]) -> Iterator[Made]:
    """Kobo's matrix: one of ours for each of its columns that is a select_one; the others are told."""
    items = maker.lists.of_rows(node.items) if node.items else maker.lists.named(node.row.get("kobo--matrix_list"))
    if not node.children:
        raise CannotSay("this table has no columns.")
    _require_plain(maker, node.items)
    for row in (node.row, *node.items):
        _tell_lost(maker, row)
    for column in node.children:
        try:
            yield _of_column(maker, node, column, items, ids)
        except CannotSay as error:
            maker.ledger.add(Fate.REFUSED, SURVEY, column.row.number, str(error), column.row.name)


def _of_column(maker: Maker, node: Node, column: Node, items: Choices, ids: set[str]) -> Made:
    row, cells = column.row, [cell.row for cell in column.children]
    kind = normal_type(row).partition(" ")[0]
    if kind != "select_one":
        raise CannotSay(
            f"a column of a table is a select_one here, not {kind[:40]}. Ask it as a question for each row."
        )
    _require_plain(maker, [row, *cells])
    if len({(normal_type(cell), cell.get("select_from_list_name"), cell.get("required")) for cell in cells}) > 1:
        raise CannotSay("the rows of this column differ in their choices, or in what must be answered.")
    choices = _choices_of(maker, row)
    _tell_lost(maker, row, of=["parameters"])
    name = as_id(f"{node.row.name}_{row.name}" if len(node.children) > 1 else node.row.name, ids)
    ids.add(name)
    label = _joined(node.row.text("label"), row.text("label"))
    question = maker.basics(row, name, "matrix") | {"label": label, "rows": items.options, "options": choices.options}
    for cell in cells:
        _tell_lost(maker, cell)
        if any(row.text("label").get(language, text) not in text for language, text in cell.text("label").items()):
            message = "the words above its column are shown instead of its own."
            maker.ledger.add(Fate.LEFT_OUT, SURVEY, cell.number, message, cell.name)
    names = [cell.name for cell in cells] or [f"{node.row.name}_{item}_{row.name}" for item in items.codes]
    maker.changed(row, f"a table of its own, {name}.")
    targets = {
        called: Target(f"{name}.{code}", "matrix", choices.codes)
        for called, code in zip(names, items.codes.values(), strict=False)
    }
    return Made(question, targets)


def _joined(one: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    both = {language: f"{text}: {other[language]}" for language, text in one.items() if language in other}
    return {**other, **one, **both}


def ranking(maker: Maker, node: Node, name: str) -> Made:
    """Kobo's ranking, a row for each rank that can be given."""
    items = maker.lists.named(node.row.get("kobo--rank-items"))
    rows = [child.row for child in node.children]
    if not rows or any(child.kind != "rank__level" for child in node.children):
        raise CannotSay("this ranking has no ranks.")
    _require_plain(maker, rows)
    question = _required(maker, rows) | maker.basics(node.row, name, "ranking") | {"options": items.options}
    if len(rows) < len(items.options):
        question["most"] = len(rows)
    for row in rows:
        _tell_lost(maker, row)
    maker.changed(node.row, "the words of its ranks are left out: they are numbered, and nothing is ranked twice.")
    return Made(question, {node.row.name: Target(name, "ranking", items.codes)})
