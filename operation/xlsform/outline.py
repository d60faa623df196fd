"""The rows of a survey sheet as a tree of groups, and which of its groups are sections of ours.

Our sections do not nest, and what follows one belongs to it up to the next. A group is one where only such groups
follow it; of any other the heading is a note, and its condition goes to each of its questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from operation.xlsform.folding import folded
from operation.xlsform.nodes import BLOCKS, Node
from operation.xlsform.questions import METADATA, normal_type
from operation.xlsform.sheets import Row
from operation.xlsform.told import SURVEY, Fate, Ledger

#: Groups in groups.
MAXIMUM_DEPTH = 20


@dataclass(frozen=True)
class Step:
    """One row on the way through the tree, and the groups it is in, the outermost first."""

    node: Node
    inside: tuple[Node, ...]

    @property
    def unsaid(self) -> tuple[Node, ...]:
        """The groups whose conditions no section says for it already."""
        last = max((place for place, group in enumerate(self.inside, 1) if group.is_section), default=0)
        return self.inside if self.node.is_section else self.inside[last:]


def outline(rows: Sequence[Row], ledger: Ledger) -> list[Step]:
    """Every row with what it is in, groups before what they hold; what is no group's end or beginning is told."""
    steps = list(_walk(folded(_tree(rows, ledger)), ()))
    _find_sections(steps)
    return steps


def _tree(rows: Sequence[Row], ledger: Ledger) -> list[Node]:
    top: list[Node] = []
    open_groups: list[Node] = []
    for row in rows:
        kind = normal_type(row).partition(" ")[0]
        kind = BLOCKS.get(kind, kind)
        holder = open_groups[-1].children if open_groups else top
        if kind.startswith("end_"):
            if not open_groups:
                ledger.add(Fate.REFUSED, SURVEY, row.number, "this ends a group that does not begin.")
            else:
                open_groups.pop()
        elif not kind:
            if row.name or row.texts:
                ledger.add(Fate.REFUSED, SURVEY, row.number, "the type is missing.", row.name)
        elif kind.startswith("begin_"):
            node = Node(row, kind)
            holder.append(node)
            open_groups.append(node)
            if len(open_groups) > MAXIMUM_DEPTH:
                ledger.add(Fate.REFUSED, SURVEY, row.number, "groups are nested too deeply.", row.name)
                return []
        else:
            holder.append(Node(row, kind))
    for node in open_groups:
        ledger.add(Fate.REFUSED, SURVEY, node.row.number, "this group has no end.", node.row.name)
    return top


def _walk(nodes: Sequence[Node], inside: tuple[Node, ...]) -> Iterator[Step]:
    for node in nodes:
        yield Step(node, inside)
        if node.begins:
            yield from _walk(node.children, (*inside, node))


def _find_sections(steps: Sequence[Step]) -> None:
    """From the last to the first: a group is a section where nothing but sections follows its end."""
    for place in range(len(steps) - 1, -1, -1):
        node = steps[place].node
        if node.begins and node.row.text("label"):
            after = next((step.node for step in steps[place + 1 :] if _follows(step, node)), None)
            node.is_section = after is None or after.is_section


def _follows(step: Step, group: Node) -> bool:
    """Whether ``step`` stands after the end of ``group`` and becomes something."""
    return not any(holder is group for holder in step.inside) and step.node.kind not in METADATA
