"""What people wrote is read with the working key, sorted into a theme in a workbook, and published as one (P3, P7)."""

from __future__ import annotations

from operation.coding.workbook import MARKS, TEXT_HEADERS, TEXTS, THEMES
from operation.deployment.steps import Step, Steps
from operation.rehearsal.failure import require
from operation.rehearsal.preparing import KEY, SURVEY
from operation.rehearsal.scene import Scene

_WORKBOOK = "coding.xlsx"
_CODE, _LABEL = "night", "Help at night"


def code(scene: Scene) -> Steps[int]:
    """From the exported records to the second release; how many texts it says have the theme."""
    scene.manage("coding", "start", "records", "--question", "wish", *KEY, "--to", _WORKBOOK)
    texts = _sorted(scene)
    scene.manage("coding", "read", "records", _WORKBOOK)
    scene.manage("coding", "apply", SURVEY, "records", "--confirm", SURVEY)
    scene.fire("publish_releases")
    release = scene.visitor.get(f"/api/surveys/{SURVEY}/releases/latest").of(200).json
    printed = [table["cells"][0]["count"] for table in release["tables"] if table["id"] == f"wish_themes.{_CODE}"]
    require((release["number"], printed) == (2, [texts - texts % 5]), f"release {release['number']} tells {printed}")
    yield Step(f"sorted {texts} texts into a theme; publish_releases made release 2, in which {printed[0]} have it")
    return int(printed[0])


def _sorted(scene: Scene) -> int:
    """Give every text the same theme, as somebody does in a spreadsheet; how many there are."""
    from openpyxl import load_workbook

    path = scene.folder / _WORKBOOK
    book = load_workbook(path)
    themes, texts = book[THEMES], book[TEXTS]
    themes.append([_CODE, _LABEL])
    for row in range(2, texts.max_row + 1):
        texts.cell(row, TEXT_HEADERS.index(MARKS[0]) + 1).value = _CODE
    book.save(path)
    return int(texts.max_row) - 1
