"""One cube as CSV: a row a number, a column a dimension, in words."""

from __future__ import annotations

import csv
import io
from itertools import product

from chalicelib.publication.formats.cube import Cube
from chalicelib.publication.worded import WordedRelease
from chalicelib.spreadsheet import as_text


def cube_csv(cube: Cube, worded: WordedRelease) -> str:
    """The numbers under ``value``; where there is none, the symbol that says why."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*(as_text(dimension.label) for dimension in cube.dimensions), "value"])
    labels = product(*([as_text(each.label) for each in dimension.categories] for dimension in cube.dimensions))
    writer.writerows([*names, value] for names, value in zip(labels, cube.values, strict=True))
    return stream.getvalue()
