"""How far printed shares are from true ones, beside what two plain methods would print of the same people.

``python -m tests.benchmarks.errors_compared [CSV ...]``: of an invented survey and of files of raw responses.
"""

from __future__ import annotations

import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from chalicelib.disclosure.policy import INVITED, OPEN_LINK
from chalicelib.disclosure.protect import protect
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Definition
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of, tally_of
from tests.benchmarks.needs import members, needs_definition
from tests.benchmarks.survey_files import read_survey

SIZES = (20, 50, 54, 100, 104, 1000)
SAMPLES = 8
METHODS = ("printed", "nearest five", "noise")
HEADING = f"{'':43}" + "".join(f"{method:>21}" for method in METHODS)
SUBHEADING = (
    f"{'n':>6}{'tables':>8}{'few asked':>11}{'no fit':>8}{'CPU s':>10}" + 3 * f"{'mean':>9}{'95th':>6}{'most':>6}"
)


@dataclass
class Found:
    """Of all releases of ``n``: errors of each cell in points, withheld tables by reason, CPU seconds.

    Errors of what is printed are those of printed tables; the other methods withhold none. Their shares are out of the
    true n, as if that could be told: to their advantage.
    """

    n: int
    tables: int
    printed: list[float] = field(default_factory=list)
    nearest: list[float] = field(default_factory=list)
    noisy: list[float] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def __str__(self) -> str:
        few = self.withheld["few_asked"]
        left = f"{few / SAMPLES:11.1f}{(self.withheld.total() - few) / SAMPLES:8.1f}{self.seconds / SAMPLES:10.2f}"
        return f"{self.n:6,}{self.tables:8}{left}" + "".join(map(_spread, (self.printed, self.nearest, self.noisy)))


def compared(definition: Definition, people: Sequence[Answers], n: int) -> Found:
    """``SAMPLES`` releases of ``n`` of the ``people``, drawn without replacement."""
    codebook = codebook_of(definition.questionnaire)
    layout, specs = Layout.of(codebook), tables_of(codebook)
    found = Found(n, len(specs))
    for number in range(SAMPLES):
        random = Random(f"{n}:{number}")  # noqa: S311
        tally = tally_of(layout, [layout.pack(each) for each in random.sample(people, n)]).of_everybody(specs)
        _add_printed(found, tally, specs, f"{n}:{number}".encode())
        found.nearest += _errors_of_method(tally, specs, _to_nearest)
        found.noisy += _errors_of_method(tally, specs, partial(_with_noise, random))
    return found


def _add_printed(found: Found, tally: Tally, specs: Sequence[TableSpec], rounding_key: bytes) -> None:
    start = time.process_time()
    batch = protect(tally, specs, INVITED, rounding_key, 1)
    found.seconds += time.process_time() - start
    if batch is None:
        raise ValueError(f"Nothing is printed of {tally.n}.")
    found.withheld.update(str(each.reason) for each in batch.suppressed)
    for table in batch.tables:
        cells = zip(_told(table.spec, table.counts), tally.table(table.spec), strict=False)
        found.printed += (100 * abs(printed / batch.total - true / tally.n) for printed, true in cells)


def _errors_of_method(tally: Tally, specs: Sequence[TableSpec], method: Callable[[int], int]) -> Iterator[float]:
    for spec in specs:
        yield from (100 * abs(method(true) - true) / tally.n for true in _told(spec, tally.table(spec)))


def _told(spec: TableSpec, counts: Sequence[int]) -> Sequence[int]:
    """The cells that tell something: of an option's pair, who chose it."""
    return counts[:1] if spec.variable.form == "many" and spec.id.part else counts


def _to_nearest(count: int, base: int = INVITED.rounding_base) -> int:
    return base * round(count / base)


def _with_noise(random: Random, count: int) -> int:
    """With two-sided geometric noise of epsilon 1 a table, two cells of which a response changes by one."""
    up, down = (int(math.log(1 - random.random()) / math.log(OPEN_LINK.noise)) for _ in range(2))
    return max(0, count + up - down)


def _spread(errors: Sequence[float]) -> str:
    """Their mean, what one in 20 exceeds, and the largest."""
    in_order = sorted(errors)
    if not in_order:
        return f"{'-':>9}{'-':>6}{'-':>6}"
    return f"{sum(in_order) / len(in_order):9.2f}{in_order[len(in_order) * 95 // 100]:6.1f}{in_order[-1]:6.1f}"


def lines(name: str, definition: Definition, people: Sequence[Answers]) -> Iterator[str]:
    """The table of one survey; numbers of tables and seconds are means of a release."""
    yield f"{name}: {len(definition.questionnaire.questions)} questions, {len(people):,} people"
    yield HEADING
    yield SUBHEADING
    yield from (str(compared(definition, people, n)) for n in (*SIZES, len(people)))


def main(paths: Sequence[Path]) -> None:
    """Print the tables of the invented survey and of the files."""
    surveys = [("needs", needs_definition(), members())]
    for path in paths:
        survey = read_survey(path)
        surveys.append((path.stem, survey.definition, list(survey.people)))
    for survey_lines in (lines(*survey) for survey in surveys):
        for line in survey_lines:
            print(line, flush=True)
        print()


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
