"""Commands that count exported records, on the operator's own screen alone."""

from __future__ import annotations

from pathlib import Path

import click

from operation.commands.named_records import RECORDS, records_meant
from operation.console import console, counted, say
from operation.errors import OperatorError

#: What a terminal is taken for that is narrower or wider.
_NARROWEST, _WIDEST = 60, 160
_FILE = click.Path(path_type=Path)


@click.command()
@RECORDS
@click.option("--rows", required=True, metavar="QUESTION", help="What stands in the rows.")
@click.option("--columns", metavar="QUESTION", help="What stands in the columns.")
@click.option("--where", "conditions", multiple=True, metavar="QUESTION=CODE", help="Of whom; repeat it for “and”.")
@click.option("--weights", type=_FILE, metavar="YAML", help="Weight to the known margins of this file.")
@click.option("--to", "file", type=_FILE, metavar="CSV", help="Write it to a file too, called INTERNAL-….")
@click.option("--weights-to", type=_FILE, metavar="CSV", help="Write each record's weight to INTERNAL-….")
def table(
    records: Path,
    *,
    rows: str,
    columns: str | None,
    conditions: tuple[str, ...],
    weights: Path | None,
    file: Path | None,
    weights_to: Path | None,
) -> None:
    """Count exported records: INTERNAL, never to be passed on.

    RECORDS is the folder that `export` wrote, or the survey, if one folder here has its records.

    A question is named by its id, a part of one by both (harder.home), themes of what people wrote to "wish" by
    wish_themes. Conditions: country=se, country=se,no,
    country!=se (answered, and not that), country=answered, country=no_answer.

    Margins stand in a YAML file: source (where the numbers are from), shares (per cent) or counts (people) by question
    and code, and, if weights are to be bounded, trim: 0.2 to 5.
    """
    from operation.coding.themes import RecordsWithThemes, kept_in
    from operation.records.table_file import marked, require_places, write_table, write_weights
    from operation.records.table_screen import shown
    from operation.records.tables import Wanted, table_of

    if weights_to and not weights:
        raise OperatorError("--weights-to writes weights, and none were asked for. Give --weights FILE too.")
    place = marked(file) if file else None
    weights_to = marked(weights_to) if weights_to else None
    require_places(path for path in (place, weights_to) if path)
    exported = records_meant(records)
    found = RecordsWithThemes(exported, kept_in(exported.path))
    done = table_of(found, Wanted.read(found.codebook, rows, columns, conditions), weights)
    for each in shown(done, min(_WIDEST, max(_NARROWEST, console.width))):
        console.print(each)
    if place:
        write_table(done, place)
        say(f"Wrote {place}. Delete it when you are done.")
    if weights_to and done.weighting:
        written = write_weights(found, done.weighting, weights_to)
        say(f"Wrote {counted(written, 'weight')} to {weights_to}: join them to the records by “record”.")


COMMANDS = (table,)
