"""PX files are as the format has them, and read by a program of others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.formats.cube import Cube, Missing
from chalicelib.publication.formats.cubes import cube_named, cubes_of
from chalicelib.publication.formats.px import LONGEST_MATRIX, cube_px, matrix_name
from chalicelib.publication.worded import WordedRelease
from tests.builders import a_question
from tests.unit.publication.a_release import a_release
from tests.unit.publication.random_releases import random_releases

#: What the specification calls mandatory.
MANDATORY = (
    "CHARSET",
    "DECIMALS",
    "MATRIX",
    "SUBJECT-CODE",
    "SUBJECT-AREA",
    "TITLE",
    "CONTENTS",
    "UNITS",
    "STUB",
    "DATA",
)
DOTS = {'"."': Missing.IMPOSSIBLE, '".."': Missing.NOT_TOLD, '"..."': Missing.NOT_PRINTED}


def a_file() -> str:
    release = a_release(a_question("yes_no"), policy="protected")
    worded = WordedRelease.of(release, "en", in_english)
    return cube_px(cubes_of(worded)[0], worded)


def test_file_has_every_mandatory_keyword() -> None:
    found = a_file()
    assert [keyword for keyword in MANDATORY if f"\n{keyword}=" not in f"\n{found}"] == []
    assert found.startswith('CHARSET="ANSI";\r\nAXIS-VERSION="2013";\r\nCODEPAGE="utf-8";\r\nLANGUAGE="en";\r\n')
    assert found.endswith(" ;\r\n")


def test_programs_show_every_number_whole_as_it_is_published() -> None:
    found = a_file()
    assert "DECIMALS=0;" in found
    assert "PRECISION" not in found


def test_editions_that_are_months_are_time() -> None:
    assert 'TIMEVAL("Edition")=TLIST(M1),"202602";' in a_file()


@pytest.mark.parametrize("number", range(6))
def test_no_line_is_longer_than_256_and_no_text_has_a_quotation_mark_inside(number: int) -> None:
    for worded in random_releases(number):
        for cube in cubes_of(worded):
            keywords = cube_px(cube, worded).partition("DATA=")[0]
            for quoted in re.findall(r'"([^"]*)"', keywords):
                assert len(quoted) <= 254
                assert "\n" not in quoted
            assert keywords.count('"') % 2 == 0
            unquoted = re.sub(r'"[^"]*"', "", keywords)
            assert re.fullmatch(r"([A-Z0-9-]+(\(,?\))?=[A-Z0-9(),\r\n]*;\r\n)+", unquoted), unquoted


def test_answers_whose_names_are_cut_or_lose_their_quotation_marks_stay_apart() -> None:
    labels = {"se": "y" * 300 + " one", "no": "y" * 300 + " two", "other": 'a "b"', "last": "a 'b'"}
    options = [{"code": code, "label": {"en": label}} for code, label in labels.items()]
    worded = WordedRelease.of(a_release(a_question("single_choice", options=options)), "en", in_english)
    found = re.search(r'VALUES\("Answer"\)=(.*?);', cube_px(cubes_of(worded)[0], worded), re.DOTALL)
    assert found
    names = re.findall(r'"([^"]*)"', found[1])
    assert len(set(names)) == len(names) == 5
    assert [len(name) for name in names[:2]] == [254, 254]
    assert names[2:4] == ["a 'b' (other)", "a 'b' (last)"]


def test_matrix_is_called_by_20_letters_at_most_and_by_its_own() -> None:
    long = [f"what_makes_life_hard{tail}" for tail in ("", "_for_you", "_for_you-by-country")]
    names = [matrix_name(name) for name in long]
    assert names[0] == long[0]
    assert len(set(names)) == 3
    assert all(len(name) <= LONGEST_MATRIX for name in names)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(6))
def test_pyaxis_reads_the_same_cells(number: int, tmp_path: Path) -> None:
    for worded in random_releases(number):
        for cube in cubes_of(worded):
            assert read_by_pyaxis(cube_px(cube, worded), tmp_path, cube) == list(cube.values)


def read_by_pyaxis(file: str, folder: Path, cube: Cube) -> list[int | float | Missing]:
    """The values in the order of the cube, under whose labels they have to stand."""
    from pyaxis import pyaxis

    path = folder / "a.px"
    path.write_bytes(file.encode("utf-8"))
    # Every symbol is left as it stands.
    found = pyaxis.parse(str(path), encoding="utf-8", null_values="never", sd_values="never")
    frame, metadata = found["DATA"], found["METADATA"]
    assert len(frame.columns) == len(cube.dimensions) + 1
    for column, dimension in zip(frame.columns, cube.dimensions, strict=False):
        assert metadata[f"CODES({column})"] == list(dimension.codes)
        assert len(metadata[f"VALUES({column})"]) == len(dimension.codes)
    return [DOTS[cell] if cell in DOTS else float(cell) for cell in frame["DATA"]]


def test_cube_of_a_crossed_table_is_a_file_too() -> None:
    worded = next(worded for number in range(9) for worded in random_releases(number) if worded.release.crosstabs)
    crossed = next(cube for cube in cubes_of(worded) if "-by-" in cube.id)
    assert cube_named(worded, crossed.id) == crossed
    assert f'TABLEID="{crossed.id}";' in cube_px(crossed, worded)
