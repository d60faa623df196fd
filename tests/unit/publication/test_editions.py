"""One edition out of totals is what that edition printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.publication.editions import edition_of
from chalicelib.publication.release import Release
from chalicelib.publication.shares import shares_of
from tests.builders import a_question
from tests.unit.publication.a_release import a_release

WISH = a_question("long_text", show_if={"question": "police_met", "equals": "yes"})
#: Multiples of the rounding base, which no chance moves.
EDITIONS: tuple[Mapping[str, Mapping[str, int]], ...] = (
    {"police_met": {"yes": 40, "no": 20}, "wish": {"answered": 35, "no_answer": 25}},
    {"police_met": {"yes": 55, "no": 5}, "wish": {"answered": 20, "no_answer": 40}},
    {"police_met": {"yes": 45, "no": 15}, "wish": {"answered": 0, "no_answer": 60}},
)


def released(*counted: Mapping[str, Mapping[str, int]], **settings: Any) -> Release:
    release: Release | None = None
    for counts in counted:
        release = a_release(a_question("yes_no"), WISH, counts=counts, previous=release, **settings)
    assert release is not None
    return release


@pytest.mark.parametrize("settings", [{}, {"policy": "protected"}, {"policy": "protected", "access": "open"}])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_edition_out_of_the_totals_has_the_numbers_limits_and_shares_that_it_printed_alone(
    place: int, settings: dict[str, Any]
) -> None:
    total, alone = released(*EDITIONS, **settings), released(EDITIONS[place], **settings)
    for of, by_itself in zip(total.tables, alone.tables, strict=True):
        found = edition_of(of, place, total)
        assert (found.editions, found.releases) == ((place + 1,), 1)
        if settings.get("access") == "open":
            # Chance drew anew: what is compared is that it is one edition's.
            assert [cell.count for cell in found.cells] == [cell.by_edition[place] for cell in of.cells]
            continue
        assert [(each.count, each.at_least, each.at_most) for each in found.cells] == [
            (each.count, each.at_least, each.at_most) for each in by_itself.cells
        ]
        assert (found.base, found.base_at_least, found.base_at_most) == (
            by_itself.base,
            by_itself.base_at_least,
            by_itself.base_at_most,
        )
        assert shares_of(found, total) == shares_of(by_itself, alone)
