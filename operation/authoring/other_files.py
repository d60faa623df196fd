"""Files that are no definition, told by their first bytes whatever they are called, and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

from operation.authoring.problems import ProblemCode

_WRITE_ONE = "Definitions are YAML: `manage.py new NAME` writes one to start from."
#: By a part of what stands in the archive: the names of its parts, which are never compressed.
_ARCHIVES: Mapping[bytes, str] = {
    b"xl/": "a workbook",
    b"word/": "a document of a word processor",
    b"ppt/": "slides",
    b"application/vnd.oasis.opendocument.spreadsheet": "a workbook",
    b"application/vnd.oasis.opendocument.text": "a document of a word processor",
    b"application/vnd.oasis.opendocument": "an office file",
    b"Index/Document.iwa": "an office file",
    b"application/epub": "a book",
}
_SIGNS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(sign, re.DOTALL | re.IGNORECASE), what)
    for sign, what in (
        (rb"\xd0\xcf\x11\xe0", "an office file of an old format"),
        (rb"%PDF-", "a PDF"),
        (rb"\{\\rtf", "formatted text (RTF)"),
        (rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|BM.{4}\0\0\0\0|II\*\0|MM\0\*|....ftyp(hei|avif|mif1)", "a picture"),
        (rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|\x28\xb5\x2f\xfd|Rar!", "an archive"),
        (rb"age-encryption\.org/|-----BEGIN AGE|# public key: age1|AGE-SECRET-KEY", "a key or a sealed text"),
        (rb"SQLite format 3\0", "a database"),
        (rb"\$FL[23]", "a file of SPSS"),
        (rb"\s*<(!doctype|html|\?xml|svg)", "a web page or XML"),
    )
)
_ARCHIVE = b"PK\x03\x04"
_UTF_16, _UTF_32 = (b"\xff\xfe", b"\xfe\xff"), (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
#: Every other byte of UTF-16 is zero where letters are Latin, with no mark at its start too.
_WIDE = re.compile(rb"(?:[\t\n\r -~]\0){4}|(?:\0[\t\n\r -~]){4}")


def told_by_bytes(content: bytes, advice: str = _WRITE_ONE) -> tuple[ProblemCode, str] | None:
    """What ``content`` is, and what to do; None where it may be a definition."""
    if not content:
        return ProblemCode.NOT_A_DEFINITION, f"The file is empty. {advice}"
    if content.startswith((*_UTF_16, *_UTF_32)) or _WIDE.match(content):
        return ProblemCode.NOT_UTF8, "The file is not UTF-8 but UTF-16. Save it as UTF-8."
    if what := _archive(content) if content.startswith(_ARCHIVE) else _signed(content):
        return ProblemCode.OTHER_FORMAT, f"This is {what}. {advice}"
    return None


def _archive(content: bytes) -> str:
    return next((what for name, what in _ARCHIVES.items() if name in content), "an archive (zip)")


def _signed(content: bytes) -> str | None:
    return next((what for sign, what in _SIGNS if sign.match(content)), None)
