"""Tables and rankings as they are deployed, folded into what a builder writes: one node for one question.

Kobo deploys its ratings as a row that shows the choices and rows without them (as ODK writes tables), its rankings as
list boxes that must differ, and its matrices as a group of headings and then a group for each row, beside each other by
the width of their cells (“w2”). `table-list` is ODK's short form of the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from operation.xlsform.nodes import GROUP, MATRIX, RANK, TABLE, Node
from operation.xlsform.questions import normal_type
from operation.xlsform.sheets import Row

_WIDTH = re.compile(r"w[0-9]+")
#: That each rank is given once, as Kobo writes it.
_DIFFERS = re.compile(r"(?:\$\{[^{}]+\} != \$\{[^{}]+\}(?: and (?=\$)|$))+")
_BARE = frozenset({"type", "name", "appearance", "required"})
#: Signs of Markdown round the headings of Kobo's matrices.
_SIGNS = "*# "


def folded(nodes: Sequence[Node]) -> list[Node]:
    """``nodes`` that stand beside each other, with what is in them, those that are one question as one."""
    found: list[Node] = []
    rest = list(nodes)
    while rest:
        node, used = _matrix(rest) or _table(rest) or (_group(rest[0]), 1)
        found.append(node)
        rest = rest[used:]
    return found


def _listed(nodes: Sequence[Node]) -> bool:
    """Whether all are select_one of the same list."""
    lists = {(normal_type(node.row), node.row.get("select_from_list_name")) for node in nodes}
    return len(lists) == 1 and all(node.kind == "select_one" for node in nodes)


def _table(nodes: Sequence[Node]) -> tuple[Node, int] | None:
    """The table that ``nodes`` begin with, and of how many it is: a row with the choices' labels, rows without."""
    heading, rows = nodes[0], [*takewhile(lambda node: "list-nolabel" in node.looks, nodes[1:])]
    if "label" not in heading.looks or not rows or not _listed([heading, *rows]):
        return None
    conditions = {node.row.get("relevant") for node in (heading, *rows)}
    if len(conditions) == 1:
        rows = [Node(_without(node.row, "relevant"), node.kind) for node in rows]
    # Nobody answers the row that shows the choices, whatever it says.
    return Node(_without(heading.row, "required"), TABLE, rows), len(rows) + 1


def _without(row: Row, *columns: str) -> Row:
    return replace(row, cells={name: cell for name, cell in row.cells.items() if name not in columns})


def _group(node: Node) -> Node:
    """``node``, which may be a group that is one table or ranking."""
    if node.kind != GROUP:
        return node
    if "table-list" in node.looks and node.children and _listed(node.children):
        return replace(node, kind=TABLE)
    if _is_ranking(node):
        return _ranking(node)
    group = replace(node, children=folded(node.children))
    only = group.children[0] if len(group.children) == 1 else None
    return _as_table(group.row, only) or group if only and only.kind == TABLE else group


def _as_table(group: Row, table: Node) -> Node | None:
    """The one ``table`` of a ``group`` under the group's name; None where words or conditions would be lost by it."""
    heading = table.row
    if heading.get("relevant") or any(text != group.texts.get(name, text) for name, text in heading.texts.items()):
        return None
    row = Row(group.sheet, group.number, {**heading.cells, **group.cells}, {**heading.texts, **group.texts})
    return replace(table, row=row)


def _is_ranking(group: Node) -> bool:
    note, *ranks = group.children or [group]
    return (
        bool(ranks)
        and not group.row.texts
        and _is_bare(note)
        and note.row.name == f"{group.row.name}_label"
        and _listed(ranks)
        and not ranks[0].row.get("constraint")
        and all(_DIFFERS.fullmatch(rank.row.get("constraint")) for rank in ranks[1:])
    )


def _ranking(group: Node) -> Node:
    note, *ranks = group.children
    kind = normal_type(ranks[0].row)
    listed = kind.partition(" ")[2].strip() or ranks[0].row.get("select_from_list_name")
    row = replace(group.row, cells={**group.row.cells, "kobo--rank-items": listed}, texts=note.row.texts)
    kept = (_without(rank.row, "constraint", "appearance") for rank in ranks)
    return Node(row, RANK, [Node(rank, "rank__level") for rank in kept])


def _matrix(nodes: Sequence[Node]) -> tuple[Node, int] | None:
    """Kobo's matrix that ``nodes`` begin with, and of how many it is: a group of headings, then one for each row."""
    first = nodes[0]
    rows = [*takewhile(lambda node: _is_row_of(first, node), nodes[1:])]
    headings = first.children
    if not rows or not all(map(_is_bare, headings)):
        return None
    name = first.row.name.removesuffix("_header")
    items = [_named(row.children[0].row, row.row.name.removeprefix(f"{name}_")) for row in rows]
    columns = []
    for place, heading in enumerate(headings[1:], 1):
        cells = [row.children[place] for row in rows]
        column = cells[0].row.name.removeprefix(f"{rows[0].row.name}_")
        texts = {**heading.row.texts, "required_message": cells[0].row.text("required_message")}
        columns.append(Node(_named(replace(cells[0].row, texts=texts), column), cells[0].kind, cells))
    row = _named(replace(headings[0].row, number=first.row.number, cells=first.row.cells), name)
    return Node(row, MATRIX, columns, items=items), len(rows) + 1


def _has_width(node: Node) -> bool:
    return node.kind == GROUP and any(map(_WIDTH.fullmatch, node.looks)) and not node.row.texts


def _is_bare(node: Node) -> bool:
    """Whether it is a note of which nothing but its words would be lost."""
    return node.kind == "note" and all(name in _BARE or name.startswith("$") for name in node.row.cells)


def _is_row_of(headings: Node, node: Node) -> bool:
    return (
        _has_width(headings)
        and _has_width(node)
        and len(node.children) == len(headings.children) > 1
        and [child.kind == "note" for child in node.children] == [True] + [False] * (len(node.children) - 1)
        and node.row.get("relevant") == headings.row.get("relevant")
    )


def _named(row: Row, name: str) -> Row:
    """``row`` under another ``name``, its words without the signs round them, and without its looks."""
    label = {language: text.strip(_SIGNS) for language, text in row.text("label").items()}
    cells = {**_without(row, "appearance").cells, "name": name}
    return replace(row, cells=cells, texts={**row.texts, "label": label})
