"""Takes the pictures of the guide for authors: each kind of question as the form shows it, of the guide's own YAML.

Pillow comes with weasyprint.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Browser, Locator, Page

from operation.preview_server import previewed_on
from tests.guide import guide_questions

#: A phone's, and grey tones enough for letters that are smooth.
WIDTH, HEIGHT, COLOURS, MARGIN = 360, 640, 16, 12
#: Of the pages (common.css).
PAPER = "#fdfdfb"
#: Where the picture says of which question it is, so that a test can tell when that has changed.
OF = "question"
_ALONE = ("show_if", "implies")


def take_kinds(browser: Browser, folder: Path) -> None:
    """Write a picture of the first question of each kind, named by the kind, into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "guide.json"
        file.touch()
        with previewed_on(file, 0) as address:
            context = browser.new_context(
                base_url=address, viewport={"width": WIDTH, "height": HEIGHT}, java_script_enabled=False, locale="en"
            )
            page = context.new_page()
            for question, shown in _forms():
                file.write_text(json.dumps(shown), "utf-8")
                picture = _shown(page, question).screenshot()
                _save(picture, question, folder / f"{question['kind']}.png")


def _forms() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The first question of each kind, and a definition of it alone; a section comes with the question after it."""
    document, questions = guide_questions()
    kinds: set[str] = set()
    for place, question in enumerate(questions):
        if question["kind"] not in kinds:
            kinds.add(question["kind"])
            asked = questions[place : place + 2] if question["kind"] == "section" else [question]
            bare = [{key: value for key, value in each.items() if key not in _ALONE} for each in asked]
            if question["kind"] in ("note", "hidden", "consent"):
                bare.append({"id": "another", "kind": "yes_no", "label": {"en": "Another"}})
            yield question, {**document, "questionnaire": {**document["questionnaire"], "questions": bare}}


def _shown(page: Page, question: dict[str, Any]) -> Locator:
    """The question on its form, filled from the link where it is hidden."""
    options = question.get("options", [{"code": ""}])
    page.goto(f"/s/guide?lang=en&{question['id']}={options[0]['code']}" if question["kind"] == "hidden" else "/s/guide")
    found = page.locator(f"[id='{question['id']}']")
    found.wait_for()
    return found


def _save(picture: bytes, question: dict[str, Any], path: Path) -> None:
    """In few colours, which makes it a tenth as large."""
    said = PngInfo()
    said.add_text(OF, json.dumps(question, sort_keys=True))
    with Image.open(io.BytesIO(picture)) as image:
        plain = image.convert("RGB")
        framed = ImageOps.expand(plain, MARGIN, PAPER)
        small = framed.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(path, optimize=True, pnginfo=said)
