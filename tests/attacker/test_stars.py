"""Of everything that can be printed of a small star of crosstabs, any property may be had by five numbers of people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from random import Random

import pytest

from tests.attacker.forms import NEEDED, Questions, a_choice, one_of, part_of
from tests.attacker.people import Person
from tests.attacker.stars import Star
from tests.attacker.witnesses import INVENTED, witnesses

pytestmark = pytest.mark.slow


def a_star(groups: int, *crossed: dict[str, object]) -> Questions:
    """Questions crossed with a question of so many answers."""
    return (one_of(groups, id="group"), *({**each, "id": f"q{place}"} for place, each in enumerate(crossed)))


#: With how many fives are in each group; in the last place who told none.
STARS: Sequence[tuple[Questions, tuple[int, ...]]] = [
    (a_star(2, one_of(2)), (4, 4)),
    (a_star(2, one_of(2, **NEEDED)), (4, 5)),
    (a_star(3, one_of(2)), (4, 4, 1)),
    (a_star(2, one_of(2)), (4, 4, 1)),
    (a_star(3, one_of(3, **NEEDED)), (4, 2, 2)),
    (a_star(2, a_choice(2, 1, 2)), (4, 4)),
    (a_star(2, a_choice(3, 2, 2, **NEEDED)), (4, 5)),
    (a_star(2, a_choice(3, 1, 2, **NEEDED)), (5, 4)),
    (a_star(3, a_choice(3, 1, 3)), (4, 0, 4)),
    (a_star(2, one_of(2), a_choice(2, 1, 1), one_of(3)), (4, 4)),
]
#: All ways to print that are no more than this; else so many at random.
ALL, SOME = 2000, 300


def prints(star: Star, sizes: tuple[int, ...], random: Random) -> list[list[Person]]:
    """People by five: what is printed of them is what they are."""
    found = list(islice(star.prints(sizes), ALL + 1)) if len(star.crossed) == 1 else []
    return found if 0 < len(found) <= ALL else [star.one_print(sizes, random) for _ in range(SOME)]


@pytest.mark.parametrize(("questions", "sizes"), STARS)
def test_whatever_is_printed_of_a_star_leaves_every_property_five_numbers_of_people_P7(
    questions: Questions, sizes: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    star, random = Star(questions), Random(1)  # noqa: S311
    invented = [star.crowd.anybody(random) for _ in range(INVENTED)]
    for number, people in enumerate(part_of(prints(star, sizes, random), 40)):
        printed, n = star.printed(people), len(people) + number % 5
        assert printed.groups.compared >= 2
        for has in star.properties().values():
            for each in witnesses(people, [*invented, *people], n, has, random):
                assert star.can_print(each, printed), (printed, each)
                last = each
        assert star.released(last, printed, monkeypatch)
        assert star.released(last, printed, monkeypatch, left_out=True)
