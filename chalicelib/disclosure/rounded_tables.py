"""One draw of a question's tables by controlled rounding (rules 4 and 5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from math import prod

from chalicelib.disclosure.linked_tables import Counts, Frame, QuestionTables
from chalicelib.disclosure.ranking_draws import drawn_ranking
from chalicelib.disclosure.rounding import WEIGHTS, Adjacent, KeyedRandom, controlled_rounding, moved_to
from chalicelib.disclosure.seats import Beside
from chalicelib.tabulation.table_id import TableId

#: By table, sets of places whose sums are adjacent to the true ones as well: they tell whom others are asked of.
Sets = Mapping[TableId, Sequence[frozenset[int]]]


def rounded(
    question: QuestionTables, exact: Sequence[Counts], sets: Sets, frame: Frame, random: KeyedRandom
) -> list[list[int]] | None:
    """The tables, each summing to the total, within the limits of answers; a ranking may find none, or what is bound.

    Any that are adjacent to ``exact``, which sum to all respondents, and obey the limits are possible.
    """
    if question.kind == "ranking":
        return _ranking(question, exact, sets, frame, random)
    if frame.beside:
        table = _beside(frame.beside, exact[0], sets.get(question.id, ()), frame, random.of(question.id))
        return None if table is None else [table]
    head = _table(question, exact[0], sets, frame, random.of(question.id))
    return [head, *_options(question, exact, head[0], frame, random)]


def _table(question: QuestionTables, exact: Counts, sets: Sets, frame: Frame, random: KeyedRandom) -> list[int]:
    """A table; where not everybody was asked, "no answer" is what those who answered leave of the total."""
    together = sets.get(question.id, ())
    if not question.is_conditional:
        return rounded_with_sets(exact, together, frame.total, frame.base, random)
    answered = _answered(question, sum(exact[:-1]), frame, random)
    return [*rounded_with_sets(exact[:-1], together, answered, frame.base, random), frame.total - answered]


def _beside(
    beside: Beside, exact: Counts, sets: Collection[frozenset[int]], frame: Frame, random: KeyedRandom
) -> list[int] | None:
    """A table whose people can be those of another as well; None if this draw finds none.

    Cells go up one by one, as long as people can be found: any that can go up together are possible, and as many go up
    in any order (:mod:`.seats`).
    """
    cells = [Adjacent.near(count, frame.total, sum(exact), frame.base) for count in exact]
    seats = beside.seats()
    if not all(seats.take(place, cell.lower) for place, cell in enumerate(cells)):
        return None
    order = random.weighted([cell.weight for cell in cells], "raised")
    raised = {place for place in order if seats.take(place, frame.base)}
    printed = [cell.lower + frame.base * (place in raised) for place, cell in enumerate(cells)]
    are_near = sum(printed) == frame.total and all(_is_near(printed, exact, each, frame.base) for each in sets)
    return printed if are_near else None


def _answered(question: QuestionTables, answered: int, frame: Frame, random: KeyedRandom) -> int:
    """How many of those asked print as having answered."""
    if question.is_compulsory:
        return frame.eligible
    cell = Adjacent.near(answered, frame.eligible, frame.asked, frame.base).within(frame.eligible, frame.base)
    return cell.lower + frame.base * cell.is_raised(random.number("answered"))


def rounded_with_sets(
    counts: Counts, sets: Collection[frozenset[int]], total: int, base: int, random: KeyedRandom
) -> list[int]:
    """``counts`` rounded so that they sum to ``total`` and the sum of each of the ``sets`` of places is adjacent too.

    First what sets share, or what is in none, as one number; then the counts in it.
    """
    several = {each for each in sets if len(each) > 1}
    blocks = _blocks(len(counts), several)
    sums = [sum(counts[place] for place in block) for block in blocks]
    inside = [[number for number, block in enumerate(blocks) if block[0] in each] for each in several]
    if all(len(each) == 1 for each in inside):
        of_blocks = controlled_rounding(sums, total, base, random)
    else:
        of_blocks = _overlapping(sums, inside, total, base, random)
    printed = list(counts)
    for block, of_block in zip(blocks, of_blocks, strict=True):
        of_places = controlled_rounding([counts[place] for place in block], of_block, base, random.of(block[0]))
        for place, count in zip(block, of_places, strict=True):
            printed[place] = count
    return printed


def _blocks(places: int, sets: Collection[frozenset[int]]) -> list[list[int]]:
    """Places that are in the same sets; those in none stand alone, unless sets overlap."""
    are_apart = sum(map(len, sets)) == len(frozenset().union(*sets))
    blocks: dict[object, list[int]] = {}
    for place in range(places):
        inside = frozenset(each for each in sets if place in each)
        blocks.setdefault(place if are_apart and not inside else inside, []).append(place)
    return list(blocks.values())


def _overlapping(
    sums: Counts, sets: Collection[Sequence[int]], total: int, base: int, random: KeyedRandom
) -> list[int]:
    """``sums`` drawn from all ways in which the sum of each of the ``sets`` of places is adjacent too.

    There is one (:func:`can_be_rounded_together`) for a total adjacent to theirs; beyond it, those least off move.
    """
    lower, rest = divmod(sum(sums), base)
    possible = min(max(total, lower * base), (lower + (rest > 0)) * base)
    cells = [Adjacent.near(count, possible, sum(sums), base) for count in sums]
    ways = [
        [cell.lower + base * up for cell, up in zip(cells, way, strict=True)]
        for way in product(*([False, True] if cell.weight else [False] for cell in cells))
    ]
    ways = [way for way in ways if sum(way) == possible and all(_is_near(way, sums, each, base) for each in sets)]
    return moved_to(total, ways[random.place([_chance(way, cells) for way in ways], "way")], sums, base)


def _is_near(printed: Counts, exact: Counts, places: Collection[int], base: int) -> bool:
    return abs(sum(printed[place] - exact[place] for place in places)) < base


def _chance(way: Counts, cells: Sequence[Adjacent]) -> int:
    """In proportion to this, as if each went up or not by itself."""
    return prod(
        cell.weight if count > cell.lower else WEIGHTS - cell.weight for count, cell in zip(way, cells, strict=True)
    )


def _options(
    question: QuestionTables, exact: Sequence[Counts], chosen: int, frame: Frame, random: KeyedRandom
) -> list[list[int]]:
    """How often each option was chosen, and the others: none by more than ``chosen``, together as often as can be.

    Drawn one by one; where they break a limit, as many more or fewer go up as it takes. Where even all or none of them
    do not, those that are least off make up for it (:meth:`QuestionTables.further`).
    """
    if len(exact) == 1:
        return []
    base, variable, true = frame.base, question.specs[0].variable, [pair[0] for pair in exact[1:]]
    cells = [Adjacent.near(count, chosen, max(1, exact[0][0]), base).within(chosen, base) for count in true]
    least, most = variable.least * chosen, variable.most * chosen
    raised = [place for place, cell in enumerate(cells) if cell.is_raised(random.number(f"option:{place}"))]
    lower = sum(cell.lower for cell in cells)
    number = min(max(len(raised), -(-(least - lower) // base)), max(0, (most - lower) // base))
    if number != len(raised):
        raised = random.weighted([cell.weight for cell in cells], "options")[:number]
    counts = [cell.lower + base * (place in raised) for place, cell in enumerate(cells)]
    counts = moved_to(min(max(sum(counts), least), most), counts, true, base, chosen)
    return [[count, frame.total - count] for count in counts]


def _ranking(
    question: QuestionTables, exact: Sequence[Counts], sets: Sets, frame: Frame, random: KeyedRandom
) -> list[list[int]] | None:
    together = [(option, places) for option, spec in enumerate(question.specs) for places in sets.get(spec.id, ())]
    return drawn_ranking(
        exact, frame.total, frame.eligible, question.is_compulsory, together, frame.base, random.of(question.id)
    )
