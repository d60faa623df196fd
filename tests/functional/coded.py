"""A survey whose texts are coded: who answers, and what coders made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chalicelib.questionnaire.themes import Theme
from operation.coding.themes import Coding, keep
from operation.invitations import invite
from operation.records.folder import RecordFolder
from tests.builders import Browser
from tests.functional.commands import Operate, done

#: How many wrote something, and how many did not.
WROTE, SILENT = 31, 12
LABELS = {"time": "More time", "money": "More money", "rare": "A rare wish"}


def send(browser: Browser, wrote: int = WROTE, silent: int = SILENT, survey: str = "a-survey") -> list[str]:
    """So many who wrote something and so many who did not; their receipts."""
    codes = iter(invite(browser.services, survey, wrote + silent))
    receipts = []
    for number in range(wrote + silent):
        answers: dict[str, Any] = {"police_met": number % 3 == 0}
        if number < wrote:
            answers["wish"] = f"A canary's wish {number}"
        reply = browser.send_json(answers, survey, invitation=next(codes))
        assert reply.status_code == 201
        receipts.append(reply.json_body["receipt"])
    return receipts


def code(operate: Operate, survey: str = "a-survey", folder: str = "records") -> Coding:
    """Export the records, and code them: time to all, money to half, and something rare to one."""
    done(operate("export", survey, "--to", folder))
    rows = [row for row in RecordFolder.read(Path(folder)).rows() if "wish" in row.codes]
    themes = {
        row.number: ("time", *(("money",) if place % 2 else ()), *(("rare",) if place == 0 else ()))
        for place, row in enumerate(rows)
        if place < 27
    }
    coding = Coding(
        survey=survey,
        question="wish",
        themes=tuple(Theme(code=code, label={"en": label}) for code, label in LABELS.items()),
        records={row.number: themes.get(row.number, ()) for row in rows},
        coders=2,
        alpha=0.81,
    )
    keep(coding, Path(folder))
    return coding
