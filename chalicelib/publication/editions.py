"""One edition out of a release's totals, as a table whose shares are worked out as those of any other."""

from __future__ import annotations

from chalicelib.publication.cells import Cell
from chalicelib.publication.release import FrequencyTable, Release


def edition_of(table: FrequencyTable, place: int, release: Release) -> FrequencyTable:
    """What the edition at ``place`` of ``table.editions`` printed of it."""
    cells = tuple(_cell(cell, place) for cell in table.cells)
    base = sum(cell.count for cell in cells)
    has_limits = release.method != "noise"
    changes = {
        "cells": cells,
        "base": base,
        "base_at_least": base if has_limits else None,
        # The number of an edition's answers is rounded down (rule 3).
        "base_at_most": base + release.rounding_base - 1 if has_limits else None,
        "releases": 1,
        "editions": (table.editions[place],),
        "asked": _cell(table.asked, place) if table.asked else None,
    }
    return table.model_copy(update=changes)


def _cell(cell: Cell, place: int) -> Cell:
    count = cell.by_edition[place]
    exact = count if cell.at_least is not None else None
    changes = {
        "count": count,
        "edition_count": count,
        "at_least": cell.least_by_edition[place] if cell.least_by_edition else exact,
        "at_most": cell.most_by_edition[place] if cell.most_by_edition else exact,
        "by_edition": (count,),
    }
    return cell.model_copy(update=changes)
