"""``make bench``: prints each figure beside its mark."""

from __future__ import annotations

import sys
from itertools import chain

from operation.local.moto_engine import moto_database
from tests.benchmarks.counting import STAR, responses_per_second
from tests.benchmarks.disclosure import LEADER_MARKS, MARKS, SHARES, SPREAD, error, leader_prints
from tests.benchmarks.large_counts import large_count_lines
from tests.benchmarks.long_rankings import long_ranking_lines
from tests.benchmarks.pages import page_lines
from tests.benchmarks.submission import cpu_milliseconds, events, warm_services
from tests.benchmarks.withheld import withheld_lines

with moto_database("bench") as database:
    print(*page_lines(database), sep="\n")
    services = warm_services(database)
    for name, make_event in events(services).items():
        cost = cpu_milliseconds(make_event)
        # Machines differ by a factor of two, so that this is for a person to judge, who compares two versions on one.
        print(f"{name:30} {cost:6.3f} ms CPU of our own (mark: 0.5{', missed' * (cost > 0.5)})")
for name, star in {"tally of 12 answers": None, "the same with five crosstabs": STAR}.items():
    print(f"{name:30} {responses_per_second(star):,.0f} responses a second (mark: 100,000)")
for name, (policy, marks) in MARKS.items():
    for first, mark in marks.items():
        found = error(policy, first)
        print(f"{f'error of {first} to {first + SPREAD - 1} {name}':36} {found} points (mark: {mark})")
        if not found.is_within(mark):
            sys.exit("Printed numbers are further from the true ones than they were.")
for n, bias in LEADER_MARKS.items():
    leaders = {share: leader_prints(share, n) for share in SHARES}
    told = ", ".join(f"{printed:.1f} for {share}" for share, printed in leaders.items())
    print(f"{f'leaders of {n} open link':30} {told} per cent (mark: {bias} points off)")
    if any(round(abs(printed - share), 1) > bias for share, printed in leaders.items()):
        sys.exit("Printed leaders are further from the true ones than they were.")
for line in chain(withheld_lines(), long_ranking_lines(), large_count_lines()):
    print(line, flush=True)
