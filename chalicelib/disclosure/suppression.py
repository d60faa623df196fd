"""Which table is left out where those that are drawn together find no fit (rule 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.disclosure.linked_tables import Unit, families_of


def crosstabs_of(unit: Unit) -> str:
    """What a unit's crosstabs are called among what does not fit."""
    return f"{unit.name}@"


def left_out(cluster: Sequence[Unit], stopped: Mapping[str, int]) -> set[str]:
    """What is not printed because of what ``stopped`` so many attempts: a unit's crosstabs before its tables.

    Of a question that must be answered everybody knows how many answered it: those whom it is asked of. What keeps it
    from fitting would tell of them, so all that it depends on, or that depends on the same, is left out.
    """
    misfit = _likeliest(cluster, stopped)
    for family in families_of(cluster):
        for unit in (unit for unit in family if unit.name == misfit):
            if crosstabs_of(unit) in stopped:
                return {crosstabs_of(unit)}
            if unit.is_conditional and unit.is_compulsory:
                return {each.name for each in family}
    return {misfit}


def _likeliest(cluster: Sequence[Unit], stopped: Mapping[str, int]) -> str:
    """What stopped the greatest share of the attempts that came to it, as if it had met one more, and stopped half."""
    shares: dict[str, float] = {}
    came = sum(stopped.values())
    for unit in cluster:
        for name in (unit.name, crosstabs_of(unit)):
            shares[name] = (stopped.get(name, 0) + 0.5) / (came + 1)
        came -= stopped.get(unit.name, 0) + stopped.get(crosstabs_of(unit), 0)
    return max(stopped, key=shares.__getitem__)
