"""What a survey may publish: every number of the rules in one place, with its source (docs/disclosure.md)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt


@dataclass(frozen=True)
class Policy:
    """The parameters of disclosure control, passed to whatever applies them.

    ``rounding_base``: printed counts are multiples of it, less than it away from the true ones (rules 4 and 10);
    ``threshold``: below this many responses nothing is released (rule 3); ``subgroup``: below this printed number of
    those asked, a conditional question is not printed, and groups of a crosstab are pooled (rule 7); ``crosstabs``:
    whether any are printed; ``joint_draws``: draws of a star of crosstabs before one of these is suppressed, and
    ``draws``: draws of each question in one of them; ``lots``: one in so many rankings and crosstabs is left out by lot
    (rule 6); ``percentages_from``: below this printed number of people only counts are shown, and below
    ``shares_from`` a share is a range and no number (rule 8); ``noise``: alpha of the two-sided geometric noise on
    every cell, 0 for none (rule 9); ``themes_from``: a theme that prints with fewer texts is not named (rule 11);
    ``at_close``: a release when collection, or an edition of it, has ended (rule 1),
    instead of one whenever answers came.
    """

    name: str
    rounding_base: int
    threshold: int
    percentages_from: int
    shares_from: int
    at_close: bool
    subgroup: int = 0
    crosstabs: bool = True
    joint_draws: int = 1
    draws: int = 1
    lots: int = 0
    noise: float = 0.0
    themes_from: int = 0

    @property
    def needed(self) -> str:
        """How many answers a release takes, in words: on an open link noise has a say in it."""
        return f"about {self.threshold}" if self.noise else f"{self.threshold}"


#: For organisations rather than persons (design, section 8).
EXACT = Policy("exact", rounding_base=1, threshold=1, percentages_from=1, shares_from=1, at_close=False)
#: By invitation. Base 5 as Statistics Canada rounds; 20, 50 and 100 out of the errors measured at these sizes; a
#: subgroup needs what a survey needs; 200 draws fitted nearly every survey tried, and lots are as rare as misfits.
INVITED = Policy(
    "protected",
    rounding_base=5,
    threshold=20,
    percentages_from=50,
    shares_from=100,
    at_close=True,
    subgroup=20,
    joint_draws=200,
    draws=5,
    lots=500,
    themes_from=5,
)
#: Open link: fakes cannot be told from people, so a threshold protects nobody. Noise does: with alpha = e^-1/2 no
#: answer changes a printed table's odds by more than e (rule 9).
OPEN_LINK = Policy(
    "protected",
    rounding_base=5,
    threshold=50,
    percentages_from=50,
    shares_from=100,
    at_close=True,
    subgroup=20,
    crosstabs=False,
    noise=0.6065306597126334,
    themes_from=20,
)


def nine_in_ten(base: int, editions: int) -> int:
    """What nine in ten numbers of an open link are about within, rounded to ``base`` and summed over ``editions``.

    1.64 standard deviations of noise and rounding; what is rounded down adds up (tests/unit/publication/test_notes.py).
    """
    alpha = OPEN_LINK.noise
    spread = round(1.64 * sqrt(2 * alpha / (1 - alpha) ** 2 + (base**2 - 1) / 12))
    return ceil(spread * sqrt(editions) + editions * (base - 1) / 8)


def policy_of(name: str, access: str) -> Policy:
    """The policy of a survey with these settings."""
    if name == "exact":
        return EXACT
    return INVITED if access == "invitation" else OPEN_LINK
