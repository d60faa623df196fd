"""An attacker who knows the code and the exact n, and to whom what is missing says as much as what is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.attacker.attack import WIDTH
from tests.attacker.families import SUBGROUP, Family, Member, Numbers, Ranges, Tables, answered, total_of, widened

#: Of true tables: how many answered, and how many are asked each question that depends on them.
Key = tuple[int, Numbers]
#: By such numbers, the least and the greatest of every count of the tables that have them.
Summary = dict[Key, Ranges]
#: What is printed of every question; None where it is missing.
Outcome = tuple[Tables | None, ...]


@dataclass
class Statements:
    """Of a family of ``n`` people: every outcome, and what each tells of every true count."""

    family: Family
    n: int
    _printed: dict[tuple[int, int], dict[Tables, Summary]] = field(default_factory=dict)
    _any: dict[int, Summary] = field(default_factory=dict)

    def told(self) -> Iterator[tuple[Outcome, Ranges]]:
        """Each outcome that can come, with the ranges of all true counts that can lead to it."""
        for outcome in self._outcomes(()):
            if found := self._ranges(outcome):
                yield outcome, found

    def known_anyway(self) -> Ranges:
        """What the questionnaire alone tells."""
        return self._ranges((None,) * len(self.family.members))

    def _outcomes(self, before: Outcome) -> Iterator[Outcome]:
        if len(before) == len(self.family.members):
            yield before
            return
        member = self.family.members[len(before)]
        eligible = self._eligible(member, before)
        for tables in [None] if eligible < SUBGROUP else self._by_print(member, eligible):
            yield from self._outcomes((*before, tables))

    def _eligible(self, member: Member, before: Outcome) -> int:
        if member.parent is None:
            return total_of(self.n)
        parent = before[member.parent]
        return member.asked(parent) if parent else 0

    def _by_print(self, member: Member, eligible: int) -> dict[Tables, Summary]:
        """All truths by what can be printed of them."""
        key = (member.place, eligible)
        if key not in self._printed:
            found = self._printed.setdefault(key, {})
            for truth in self.family.truths(member, self.n):
                for tables in self.family.results(member, truth, total_of(self.n), eligible):
                    self._note(member, truth, found.setdefault(self._sorted(member, tables), {}), tables)
        return self._printed[key]

    def _sorted(self, member: Member, tables: Tables) -> Tables:
        """The options in order, where they are alike."""
        if any(child.table for child in self.family.children(member)):
            return tables
        return (tables[0], *sorted(tables[1:]))

    def _of_anything(self, member: Member) -> Summary:
        if member.place not in self._any:
            summary = self._any.setdefault(member.place, {})
            for truth in self.family.truths(member, self.n):
                self._note(member, truth, summary)
        return self._any[member.place]

    def _note(self, member: Member, truth: Tables, summary: Summary, printed: Tables | None = None) -> None:
        """Add a truth; options that are alike go by what is printed of them."""
        key = (answered(truth), tuple(child.asked(truth) for child in self.family.children(member)))
        names: list[tuple[object, ...]] = [(member.place, "cell", cell) for cell in range(len(truth[0]))]
        alike = all(child.table == 0 for child in self.family.children(member))
        for option in range(1, len(truth)):
            shown = printed[option][0] if printed else "any"
            names.append((member.place, "option printed", shown) if alike else (member.place, "option", option))
        counts = [*truth[0], *(pair[0] for pair in truth[1:])]
        ranges = summary.setdefault(key, {})
        widened(ranges, ((name, (count, count)) for name, count in zip(names, counts, strict=True)))

    def _ranges(self, outcome: Outcome) -> Ranges:
        """What ``outcome`` leaves possible; nothing where it cannot come."""
        members = self.family.members
        summaries: list[Summary] = [
            self._of_anything(member)
            if (tables := outcome[member.place]) is None
            else self._by_print(member, self._eligible(member, outcome))[tables]
            for member in members
        ]
        for member in reversed(members):
            self._keep_parents(member, summaries)
        for member in members:
            self._keep_children(member, summaries)
        found: Ranges = {}
        for summary in summaries:
            for ranges in summary.values():
                widened(found, ranges.items())
        return found if all(summaries) else {}

    def _keep_parents(self, member: Member, summaries: list[Summary]) -> None:
        """Of its parent's truths those that some of its own can follow."""
        if member.parent is None:
            return
        which = self.family.children(self.family.members[member.parent]).index(member)
        numbers = {number for number, _ in summaries[member.place]}
        summaries[member.parent] = {
            key: ranges
            for key, ranges in summaries[member.parent].items()
            if any(member.can_follow(number, key[1][which]) for number in numbers)
        }

    def _keep_children(self, member: Member, summaries: list[Summary]) -> None:
        """Of its truths those that can follow some of its parent's."""
        if member.parent is None:
            return
        which = self.family.children(self.family.members[member.parent]).index(member)
        asked = {of_children[which] for _, of_children in summaries[member.parent]}
        summaries[member.place] = {
            key: ranges
            for key, ranges in summaries[member.place].items()
            if any(member.can_follow(key[0], number) for number in asked)
        }


def narrowest(statements: Statements) -> int:
    """The least width of a count in any outcome, but for what the questionnaire tells anyway: that may be all."""
    known = statements.known_anyway()
    fixed = {name[:2] for name, (least, most) in known.items() if least == most and name[1] != "cell"}
    fixed |= {name for name, (least, most) in known.items() if least == most}
    widths = (
        most - least
        for _, ranges in statements.told()
        for name, (least, most) in ranges.items()
        if name not in fixed and name[:2] not in fixed
    )
    return min(widths, default=WIDTH)
