"""What responses cost: ``python -m tests.benchmarks.costs``. The table of docs/deployment.md is its output.

Prices are AWS's in us-east-1, in dollars, without any free tier; look up those of your region. Units are measured:
three requests a visit (``tests/browser/test_weight.py``), the CPU of a warm request
(``tests/benchmarks/cold_start.py``), the write units of a count (``tests/benchmarks/large_counts.py``). Assumed are the
share of a processor that Lambda gives to so much memory, and how long DynamoDB takes to answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from operation.deployment.template import MEMORY_MEGABYTES

GATEWAY_MILLION, LAMBDA_MILLION, WRITES_MILLION = 3.50, 0.20, 0.625
GIGABYTE_SECOND = 0.0000133334
STORED_GIGABYTE_MONTH = 0.25
#: Of memory at which a function has one processor to itself.
WHOLE_PROCESSOR_MEGABYTES = 1_769
DATABASE_MILLISECONDS = 8.0
#: Of a new response: one in the table, one in its index. Of counting it: 3.04, a transaction's being double.
STORING_UNITS, COUNTING_UNITS = 2.0, 3.04


@dataclass(frozen=True)
class Request:
    """One of a visit: milliseconds of a whole processor, and calls of the database."""

    name: str
    cpu: float
    calls: int

    @property
    def milliseconds(self) -> float:
        """What Lambda charges."""
        return self.cpu * WHOLE_PROCESSOR_MEGABYTES / MEMORY_MEGABYTES + self.calls * DATABASE_MILLISECONDS


VISIT = (Request("form", 1.3, 0), Request("script", 0.3, 0), Request("answers", 3.7, 1))


def dollars_of(responses: int) -> dict[str, float]:
    """Dollars by what they are for, and in all."""
    visits = responses * len(VISIT) / 1e6
    seconds = responses * sum(request.milliseconds for request in VISIT) / 1e3
    found = {
        "requests": visits * GATEWAY_MILLION,
        "functions": visits * LAMBDA_MILLION + seconds * MEMORY_MEGABYTES / 1024 * GIGABYTE_SECOND,
        "storing": responses * STORING_UNITS * WRITES_MILLION / 1e6,
        "counting": responses * COUNTING_UNITS * WRITES_MILLION / 1e6,
    }
    return found | {"in all": sum(found.values())}


def main() -> None:
    """Print the table."""
    for responses in (1_000, 1_000_000):
        parts = ", ".join(f"{name} ${dollars:,.4g}" for name, dollars in dollars_of(responses).items())
        print(f"{responses:,} responses: {parts}")
    print(f"a million responses lie in the table for ${STORED_GIGABYTE_MONTH:.2f} a month")


if __name__ == "__main__":
    main()
