"""Margins are reached, by the weights that others find."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from operation.records.raking import Bounds, Combination, rake

WEIGHTS = st.floats(0.3, 3.0)
UNTIMED = settings(deadline=None)


@dataclass(frozen=True)
class Sample:
    """People by combination, and the margins that some weights of them have: so weights can reach these."""

    people: Mapping[Combination, int]
    hidden: Mapping[Combination, float]
    sizes: Sequence[int]

    @property
    def targets(self) -> list[list[float]]:
        return [self.sums(self.hidden, position) for position in range(len(self.sizes))]

    def sums(self, weights: Mapping[Combination, float], position: int) -> list[float]:
        """As weighted, the people in each category of a margin."""
        found = [0.0] * self.sizes[position]
        for combination, number in self.people.items():
            found[combination[position]] += number * weights[combination]
        return found

    def far_off(self, weights: Mapping[Combination, float]) -> float:
        """How far the margins are off at worst, in parts of all people."""
        return max(
            abs(reached - target) / sum(self.people.values())
            for position, targets in enumerate(self.targets)
            for reached, target in zip(self.sums(weights, position), targets, strict=True)
        )

    @property
    def table(self) -> dict[str, list[int]]:
        """A row a person, a column a margin."""
        rows = [combination for combination, number in self.people.items() for _ in range(number)]
        return {f"m{position}": [row[position] for row in rows] for position in range(len(self.sizes))}

    def of_persons(self, weights: Mapping[Combination, float]) -> list[float]:
        """In the order of :attr:`table`."""
        return [weights[combination] for combination, number in self.people.items() for _ in range(number)]


@st.composite
def samples(draw: st.DrawFn, least: int = 1, margins: int = 3) -> Sample:
    """Up to so many ``margins`` of two to four categories; each combination has ``least`` people or more."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=margins))
    combinations = list(itertools.product(*map(range, sizes)))
    numbers = draw(st.lists(st.integers(least, 30), min_size=len(combinations), max_size=len(combinations)))
    people = {each: number for each, number in zip(combinations, numbers, strict=True) if number}
    people = people or {combinations[0]: 1}
    found = draw(st.lists(WEIGHTS, min_size=len(people), max_size=len(people)))
    mean = sum(map(float.__mul__, found, map(float, people.values()))) / sum(people.values())
    return Sample(people, {each: weight / mean for each, weight in zip(people, found, strict=True)}, sizes)


@UNTIMED
@given(samples())
def test_margins_are_reached_and_the_mean_weight_is_one(sample: Sample) -> None:
    weights = rake(sample.people, sample.targets)
    assert sample.far_off(weights) < 1e-9
    assert min(weights.values()) > 0
    assert sum(sample.of_persons(weights)) == pytest.approx(sum(sample.people.values()))


@UNTIMED
@given(samples(least=0))
def test_margins_are_reached_where_combinations_have_nobody(sample: Sample) -> None:
    assert sample.far_off(rake(sample.people, sample.targets)) < 0.001


@UNTIMED
@given(samples())
def test_a_weight_is_a_product_of_one_number_for_each_category(sample: Sample) -> None:
    """What makes it raking, and not other weights with the same margins: no combination is told apart."""
    weights = rake(sample.people, sample.targets)
    for combination, position in itertools.product(weights, range(len(sample.sizes))):
        first = (*combination[:position], 0, *combination[position + 1 :])
        ratio = weights[combination] / weights[first]
        others = (0,) * position, (0,) * (len(sample.sizes) - position - 1)
        assert ratio == pytest.approx(
            weights[(*others[0], combination[position], *others[1])] / weights[(*others[0], 0, *others[1])], rel=1e-5
        )


@UNTIMED
@given(samples(), st.floats(0.001, 0.2))
def test_margins_are_reached_within_bounds_that_let_them(sample: Sample, room: float) -> None:
    hidden = sample.hidden.values()
    bounds = Bounds(min(1 - room, min(hidden) - room * min(hidden)), max(1 + room, max(hidden) + room))
    weights = rake(sample.people, sample.targets, bounds)
    assert all(bounds.least <= weight <= bounds.most for weight in weights.values())
    assert sample.far_off(weights) < 0.001


@UNTIMED
@given(samples())
def test_bounds_that_bind_nobody_change_nothing(sample: Sample) -> None:
    free = rake(sample.people, sample.targets)
    bounded = rake(sample.people, sample.targets, Bounds(min(free.values()) / 2, 2 * max(free.values())))
    assert bounded == pytest.approx(free, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(samples(least=0, margins=2), st.floats(0.5, 0.99), st.floats(1.01, 2))
def test_bounds_hold_even_where_margins_cannot(sample: Sample, least: float, most: float) -> None:
    assert all(least <= weight <= most for weight in rake(sample.people, sample.targets, Bounds(least, most)).values())


def test_margins_that_contradict_each_other_end_in_time() -> None:
    """Whoever is 0 in the one is 0 in the other, and the margins want otherwise."""
    weights = rake({(0, 0): 5, (1, 1): 5}, [[8.0, 2.0], [2.0, 8.0]])
    assert weights == {(0, 0): pytest.approx(0.4), (1, 1): pytest.approx(1.6)}


# --- against others ---------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(samples())
def test_weights_are_those_of_weightipy(sample: Sample) -> None:
    import pandas as pd
    import weightipy

    frame, people = pd.DataFrame(sample.table), sum(sample.people.values())
    shares = {
        f"m{position}": {code: 100 * target / people for code, target in enumerate(targets)}
        for position, targets in enumerate(sample.targets)
    }
    exactly = {"convcrit": 1e-9, "max_iterations": 5_000}
    scheme = weightipy.scheme_from_dict(shares, rim_params=exactly)
    theirs = list(weightipy.weight_dataframe(df=frame, scheme=scheme, weight_column="weight")["weight"])
    assert sample.of_persons(rake(sample.people, sample.targets)) == pytest.approx(theirs, rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(samples(margins=2))
def test_bounded_weights_are_the_nearest_to_equal_ones_that_reach_the_margins(sample: Sample) -> None:
    """Against a solver that knows no raking: least sum of w log w - w within bounds and margins."""
    import numpy as np
    from scipy.optimize import minimize

    bounds = Bounds(min(*sample.hidden.values(), 0.9) * 0.95, max(*sample.hidden.values(), 1.1) * 1.05)
    ours = rake(sample.people, sample.targets, bounds)
    people = np.array(list(sample.people.values()), float)
    rows, wanted = [], []
    for position, targets in enumerate(sample.targets):
        # Each margin sums to everybody, so that of all but the first one category follows from the others.
        for category, target in list(enumerate(targets))[bool(position) :]:
            rows.append([number * (each[position] == category) for each, number in sample.people.items()])
            wanted.append(target)

    def distance(weights: Sequence[float]) -> float:
        return float(np.sum(people * (np.array(weights) * np.log(weights) - weights)))

    found = minimize(
        distance,
        list(sample.hidden.values()),
        jac=lambda weights: people * np.log(weights),
        bounds=[(bounds.least, bounds.most)] * len(people),
        constraints=[{"type": "eq", "fun": lambda weights: np.array(rows) @ weights - wanted, "jac": lambda _: rows}],
        method="SLSQP",
        options={"maxiter": 100, "ftol": 1e-10},
    )
    reached = np.max(np.abs(np.array(rows) @ found.x - wanted)) / people.sum()
    assume(found.success and reached < 1e-6)
    assert sample.far_off(ours) < 1e-6
    assert distance(list(ours.values())) == pytest.approx(distance(found.x), abs=1e-4 * people.sum())
