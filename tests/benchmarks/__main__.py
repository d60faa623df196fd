"""``make bench``: prints each figure beside its mark."""

from __future__ import annotations

from chalicelib.storage.local import moto_database
from tests.benchmarks.counting import responses_per_second
from tests.benchmarks.submission import cpu_milliseconds, events, warm_services

with moto_database("bench") as database:
    services = warm_services(database)
    for name, make_event in events(services).items():
        print(f"{name:30} {cpu_milliseconds(make_event):6.3f} ms CPU of our own (mark: 0.5)")
print(f"{'tally of 12 answers':30} {responses_per_second():,.0f} responses a second (mark: 100,000)")
