"""Releases that must be refused, as JSON that other programs can be held against as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.disclosure.checks import violations
from chalicelib.disclosure.policy import INVITED
from chalicelib.disclosure.protected import (
    ProtectedBatch,
    ProtectedCrosstab,
    ProtectedRow,
    ProtectedTable,
    SuppressedTable,
    Suppression,
)
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.tabulation.tally import TableSpec
from tests.unit.disclosure.surveys import specs_of

REFUSED = json.loads(Path(__file__).with_name("refused_releases.json").read_text("utf-8"))["releases"]


def batch_of(release: dict[str, Any], specs: list[TableSpec]) -> ProtectedBatch:
    named = {str(spec.id): spec for spec in specs}
    group = named[release["crossed"]["group"]] if "crossed" in release else specs[0]
    return ProtectedBatch(
        INVITED,
        release["total"],
        tuple(ProtectedTable(named[table], tuple(counts)) for table, counts in release["tables"].items()),
        tuple(SuppressedTable(named[table], Suppression(why)) for table, why in release.get("missing", {}).items()),
        tuple(spec.id for spec in specs),
        tuple(
            ProtectedCrosstab(
                named[table], group, tuple(ProtectedRow((code,), tuple(counts)) for code, counts in rows.items())
            )
            for table, rows in release.get("crosstabs", {}).items()
        ),
    )


@pytest.mark.parametrize("release", REFUSED, ids=[f"{place}: {each['reason']}" for place, each in enumerate(REFUSED)])
def test_release_that_breaks_a_rule_is_refused_for_that_reason_alone_P7(release: dict[str, Any]) -> None:
    crossed = release.get("crossed")
    specs = specs_of(*release["questions"], crosstabs=Crosstabs(**crossed) if crossed else None)
    found = violations(batch_of(release, specs), specs)
    assert {each.rpartition(": ")[2] for each in found} == {release["reason"]}


def test_there_are_twenty_of_them_or_more() -> None:
    assert len(REFUSED) >= 20
