"""Whether a survey's questionnaire, counts and releases will fit into what stores and sends them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from chalicelib.disclosure.policy import EXACT
from chalicelib.disclosure.protect import protect
from chalicelib.errors import in_english
from chalicelib.publication.about import about_of
from chalicelib.publication.cells import SIDE_BY_SIDE, kept_editions
from chalicelib.publication.formats.json_file import release_json
from chalicelib.publication.release import Release, make_release
from chalicelib.publication.worded import WordedRelease
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Definition
from chalicelib.storage.surveys import MAXIMUM_BODY, packed
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of
from operation.errors import OperatorError

#: Bytes that a number of an edition takes, up to a million: as it is stored, compressed, and as it is sent.
STORED_NUMBER, SENT_NUMBER = 4, 7

#: Bytes of one reply. Lambda sends 6 MB, and a page says more than its data.
MAXIMUM_REPLY = 2_000_000


def require_releasable(definition: Definition) -> None:
    """Raise :class:`OperatorError` if questionnaire, counts or release would be too large to be stored."""
    specs = tables_of(codebook_of(definition.questionnaire), definition.settings.crosstabs)
    release = _largest_release(definition, specs)
    document = definition.questionnaire.model_dump_json()
    numbers = _side_by_side(definition, sum(len(spec.codes) for spec in specs))
    release_stored = len(packed(release.model_dump_json())) + STORED_NUMBER * numbers
    stored = max(len(packed(document)), release_stored, len(_irregular(specs, 1).to_json()))
    release_sent = (
        len(release_json(WordedRelease.of(release, "en", in_english)).encode("utf-8")) + SENT_NUMBER * numbers
    )
    sent = max(len(document.encode("utf-8")), release_sent)
    for size, most, what in ((stored, MAXIMUM_BODY, "stored"), (sent, MAXIMUM_REPLY, "sent")):
        if size > most:
            raise OperatorError(
                f"The survey is too large: {what} it takes {size:,} bytes, {most:,} are the most."
                " Ask less, offer fewer options, or split it."
            )


def _side_by_side(definition: Definition, cells: int) -> int:
    """How many numbers of earlier editions a release keeps."""
    has_one = definition.settings.policy == "protected" and definition.settings.releases == "at_close"
    return 0 if has_one else len(SIDE_BY_SIDE) * cells * kept_editions(cells)


def _largest_release(definition: Definition, specs: Sequence[TableSpec]) -> Release:
    """A release as large as they get: with numbers that do not compress, and totals that differ from them."""
    return _release(definition, specs, 2, previous=_release(definition, specs, 1, previous=None))


def _release(definition: Definition, specs: Sequence[TableSpec], number: int, previous: Release | None) -> Release:
    # Exact, so that no table is left out.
    batch = protect(_irregular(specs, number), specs, EXACT, b"any key", number)
    if batch is None:
        raise AssertionError("so many are enough under every policy")
    return make_release(
        batch,
        previous,
        about_of(definition.survey, definition.settings, definition.questionnaire),
        number=number,
        published_on=date.min,
    )


def _irregular(specs: Sequence[TableSpec], seed: int) -> Tally:
    """Counts up to a million in every cell."""
    draw = random.Random(seed).randrange  # noqa: S311  # no secret
    codes = {spec.id: spec.codes for spec in specs}
    tables = codes | {spec.id.in_group(code): spec.codes for spec in specs if spec.group for code in codes[spec.group]}
    return Tally(10**9, {table: {code: draw(10**6) for code in codes} for table, codes in tables.items()})
