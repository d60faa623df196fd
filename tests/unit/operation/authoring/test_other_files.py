"""What is no definition is told by its bytes, whatever its name: what it is, and what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operation.authoring.loader import load_definition, parse_definition
from operation.authoring.other_files import told_by_bytes
from operation.errors import DefinitionError
from tests.unit.operation.authoring.test_loader import LIBRARY, YAML

START = "Definitions are YAML: `manage.py new NAME` writes one to start from."


def zipped(*names: str, mimetype: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:
            archive.writestr(name, "x" * 5_000)
    return stream.getvalue()


ODF = "application/vnd.oasis.opendocument"
OTHERS: dict[str, tuple[bytes, str]] = {
    "xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), "a workbook"),
    "ods": (zipped("content.xml", mimetype=f"{ODF}.spreadsheet"), "a workbook"),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), "a document of a word processor"),
    "odt": (zipped("content.xml", mimetype=f"{ODF}.text"), "a document of a word processor"),
    "odp": (zipped("content.xml", mimetype=f"{ODF}.presentation"), "an office file"),
    "pptx": (zipped("ppt/presentation.xml"), "slides"),
    "zip": (zipped("our-survey.yaml"), "an archive (zip)"),
    "half a zip": (zipped("our-survey.yaml")[:20], "an archive (zip)"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an office file of an old format"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    "rtf": (b"{\\rtf1\\ansi survey: x}", "formatted text (RTF)"),
    "png": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"),
    "gif": (b"GIF89a", "a picture"),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 ", "a picture"),
    "heic": (b"\0\0\0\x18ftypheic", "a picture"),
    "gz": (b"\x1f\x8b\x08\0", "an archive"),
    "age": (b"age-encryption.org/v1\n-> scrypt x", "a key or a sealed text"),
    "key": (b"# public key: age1x\nAGE-SECRET-KEY-1X", "a key or a sealed text"),
    "sav": (b"$FL2@(#) SPSS DATA FILE", "a file of SPSS"),
    "html": (b"\n<!DOCTYPE html><html>", "a web page or XML"),
    "xml": (b"<?xml version='1.0'?>", "a web page or XML"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_of_another_format_is_told_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    content, what = OTHERS[name]
    path = tmp_path / "our-survey.yaml"
    path.write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        load_definition(path)
    assert str(caught.value) == f"{path}: This is {what}. {START} [other_format]"


def test_a_workbook_of_over_a_megabyte_is_told_as_what_it_is() -> None:
    assert told_by_bytes(OTHERS["xlsx"][0] + bytes(2_000_000)) == told_by_bytes(OTHERS["xlsx"][0])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [YAML, "survey: å", '{"survey": 1}'])
def test_utf_16_is_told_with_a_mark_at_its_start_or_without(encoding: str, text: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_definition(text.encode(encoding))
    assert str(caught.value) == "The file is not UTF-8 but UTF-16. Save it as UTF-8. [not_utf8]"


def test_an_empty_file_is_told_with_how_to_come_by_one_that_is_not() -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_definition(b"")
    assert str(caught.value) == f"The file is empty. {START} [not_a_definition]"


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_definition_is_taken_for_nothing_else(path: Path) -> None:
    assert told_by_bytes(path.read_bytes()) is None
    assert told_by_bytes(b"\xef\xbb\xbf" + path.read_bytes()) is None


@given(st.text("{}[]:,-&*!<>|'\"%@#?= \n\tabcåö01.~\\", min_size=1, max_size=30))
def test_what_may_be_yaml_is_left_to_its_reader(text: str) -> None:
    told = told_by_bytes(text.encode())
    assert told is None or text.lstrip().startswith("<")
