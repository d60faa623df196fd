"""A report to hand over: it has what the page of results has, in every language, and reads as text."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from chalicelib.locale import INTERFACE_LANGUAGES
from chalicelib.publication.release import Release
from operation.report import _printed, html_of
from tests.builders import a_question, text
from tests.unit.publication.a_release import SIXTY, a_release

KINDS = ("single_choice", "multiple_choice", "matrix", "yes_no", "long_text")
LATER = {**SIXTY, "police_met": {"yes": 10, "no": 45, "no_answer": 5}}


def two_editions() -> Release:
    questions = [a_question(kind) for kind in KINDS]
    first = a_release(*questions, policy="protected")
    return a_release(*questions, policy="protected", counts=LATER, previous=first)


def test_every_question_stands_with_its_base_its_shares_and_what_these_can_be_P14() -> None:
    html = html_of(two_editions(), "en")
    for kind in KINDS:
        assert f"<h3>About {kind}?</h3>" in html
    cells = "<td>45</td><td>37 to 53</td><td>38%</td><td>28 to 45%</td>"
    assert f'<tr><th scope="row">Yes</th>{cells}</tr>' in html
    assert "Of 120 answers." in html


def test_editions_stand_side_by_side_with_what_may_be_said_of_them_P14() -> None:
    html = html_of(two_editions(), "en")
    assert "Yes. Down since release 1: then 48 to 65%, now 9 to 24%" in html


def test_report_ends_with_how_the_survey_was_made_P14() -> None:
    _, _, method = html_of(two_editions(), "en").partition("<h2>How this was made</h2>")
    assert method.count("<dt>") > 11


def test_what_an_author_writes_is_text_and_loads_nothing() -> None:
    evil = '<img src="https://example.org/x.png"><script>alert(1)</script>'
    html = html_of(a_release(a_question("yes_no", label=text(evil)), title={"en": evil}), "en")
    assert "<img" not in html
    assert "<script" not in html


@pytest.mark.slow
@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "data:image/gif;base64,R0lGODlh"]
)
def test_nothing_is_fetched_even_if_a_template_asks_for_it(address: str) -> None:
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        _printed(f'<html lang="en"><title>A report</title><img alt="" src="{address}">')


@pytest.mark.slow
@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_pdf_can_be_read_as_text_in_every_language(language: str, tmp_path: Path) -> None:
    label = {"en": "Have you met them?", "ar": "هل قابلتهم؟"}
    release = a_release(a_question("yes_no", label=label), languages=("en", language), policy="protected")
    file = tmp_path / "report.pdf"
    file.write_bytes(_printed(html_of(release, language)))
    read = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert ("قابلتهم" if language == "ar" else "Have you met them?") in read
    assert {"35", "48", "65"} <= set(re.findall(r"[0-9]+", read))
