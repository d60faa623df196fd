"""How long an export takes, and how much memory: ``python -m tests.benchmarks.export [RECORDS [FORMAT ...]]``.

Of a survey with 30 variables, some asked of some only, whose records are already in memory: CPU of our own.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.responses.answers import StoredRecord
from chalicelib.services import Version
from operation.invented import Inventor
from operation.records.export import Format, export_records
from tests.builders import a_definition, a_question, options

RECORDS = 100_000
#: So many are invented, and come again and again.
DIFFERENT = 2_000
SEALED = b"age-encryption.org/v1\n" + bytes(600)
EIGHT = options(*(f"option_{number}" for number in range(8)))


def questionnaire() -> Questionnaire:
    """Of 30 variables: lists, choices, scales, a matrix, a ranking, numbers, days and words."""
    asked = [
        *(a_question("single_choice", id=f"one_{number}", options=EIGHT) for number in range(6)),
        *(a_question("multiple_choice", id=f"many_{number}", options=EIGHT, most=None) for number in range(6)),
        *(a_question("scale", id=f"scale_{number}") for number in range(4)),
        a_question("matrix", rows=options("a", "b", "c", "d", "e")),
        a_question("ranking", options=options("a", "b", "c", "d"), most=3),
        *(a_question("number", id=f"number_{number}") for number in range(2)),
        a_question("date"),
        a_question("yes_no"),
        a_question("long_text"),
    ]
    asked[1]["show_if"] = {"question": "one_0", "equals": "option_1"}
    asked[8]["show_if"] = {"question": "many_0", "includes": "option_2"}
    return a_definition(*asked).questionnaire


def records(version: Version, many: int) -> Iterator[StoredRecord]:
    """Invented ones; one in a hundred wrote something."""
    inventor, chance = Inventor(version.questionnaire), random.Random(1)  # noqa: S311
    invented = [version.layout.pack(version.validator.validate(inventor.answers(chance))) for _ in range(DIFFERENT)]
    for number in range(many):
        sealed = SEALED if number % 100 == 0 else None
        yield StoredRecord(
            f"{number}", 1, invented[number % DIFFERENT], sealed, None, 1, pending=False, withdrawn=False
        )


def main(many: int, formats: Sequence[Format]) -> None:
    """Print what it took."""
    version = Version(1, questionnaire())
    kept = list(records(version, 2 * DIFFERENT)) * (many // (2 * DIFFERENT))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        export_records("a-survey", kept, {1: version}, Path(folder) / "records", formats=formats)
        took = time.process_time() - start
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sizes = {path.name: path.stat().st_size for path in (Path(folder) / "records").iterdir() if path.is_file()}
    print(
        f"{len(kept)} records of {len(version.codebook.variables)} variables:"
        f" {took:.1f} s, {(after - before) / 1024:.0f} MB more"
    )
    print(*(f"  {name}: {size / 1e6:.1f} MB" for name, size in sorted(sizes.items())), sep="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS, [Format(name) for name in sys.argv[2:]])
