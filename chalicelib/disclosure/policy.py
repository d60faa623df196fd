"""What a survey may publish: every number of the rules in one place, with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """The parameters of disclosure control, passed to whatever applies them.

    ``base``: printed counts are multiples of it; ``threshold``: below this many counted responses nothing is
    released; ``percentages_from``: below this printed base only counts are shown. ``at_close``: one release, when
    collection has ended, instead of one whenever answers came.
    """

    name: str
    base: int
    threshold: int
    percentages_from: int
    at_close: bool


#: For organisations rather than persons (design, section 8).
EXACT = Policy("exact", base=1, threshold=1, percentages_from=1, at_close=False)
#: Base 5 as Statistics Canada rounds; 20 and 50 out of the errors measured at these sizes (design, section 8).
PROTECTED = Policy("protected", base=5, threshold=20, percentages_from=50, at_close=True)

POLICIES = {policy.name: policy for policy in (EXACT, PROTECTED)}
