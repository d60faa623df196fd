"""Every version takes over the tables of all before it: nothing lost, receipts still valid (P15)."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from chalicelib.jobs import publish_releases, purge_expired
from chalicelib.publication.release import Release
from chalicelib.questionnaire.survey import State, Survey, SurveySettings
from chalicelib.storage.surveys import unpacked
from chalicelib.storage.tables import DATA_FORMAT
from operation.errors import OperatorError
from operation.rehearsal.dumps import dumps, load, read, store
from operation.rehearsal.takeover import TakenOver, take_over
from operation.rehearsal.visitor import Reply, Visitor
from tests.builders import Browser, FakeClock
from tests.functional.test_stored_item import TYPES

NEWEST = read(dumps()[-1])
ANOTHER = "Make a dump of this version: raise its number in pyproject.toml, then python -m tests.dumps.make"


def in_process(browser: Browser) -> Visitor:
    """One whose requests reach the app with no network between."""

    def exchange(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        reply = browser.client.http.request(method, path, headers=dict(headers), body=body)
        return Reply(reply.status_code, reply.body)

    return Visitor(exchange)


@pytest.mark.parametrize("path", dumps(), ids=lambda path: path.name)
def test_the_tables_of_every_version_are_taken_over_P15(browser: Browser, clock: FakeClock, path: Path) -> None:
    dump = read(path)
    services = browser.services
    load(dump, services.surveys._database)
    clock.now = dump.promises.made_at + timedelta(days=200)
    stage = TakenOver(
        dump.promises,
        in_process(browser),
        services,
        publish=lambda: publish_releases(services),
        purge=lambda: purge_expired(services),
    )
    assert len(list(take_over(stage))) == 7


def items(table: str, prefix: str = "") -> Iterator[dict[str, Any]]:
    """Those of the newest dump whose sort key begins so."""
    return (item for item in NEWEST.tables[table] if item.get("item", {"S": ""})["S"].startswith(prefix))


def test_the_newest_dump_has_all_that_this_version_stores() -> None:
    """What a version stores anew is taken over by those after it only if a dump has it."""
    assert NEWEST.data_format == DATA_FORMAT, ANOTHER
    records = [json.loads(item["body"]["S"]) for item in items("surveys", "STATE")]
    assert {record["state"] for record in records} == {*get_args(State)} - {"draft"}
    for record in records:
        assert record.keys() == Survey.model_fields.keys(), ANOTHER
        assert record["settings"].keys() == SurveySettings.model_fields.keys(), ANOTHER
    for item in items("surveys", "RELEASE#"):
        release = json.loads(unpacked(b64decode(item["body"]["B"])))
        assert release.keys() == Release.model_fields.keys(), ANOTHER
    assert {name for item in items("responses") for name in item} == TYPES.keys() | {"sealed", "text", "batch", "gone"}


def test_a_dump_is_small_and_none_is_made_twice(tmp_path: Path) -> None:
    assert all(path.stat().st_size < 40_000 for path in dumps())
    assert [read(path).name for path in dumps()] == [path.name for path in dumps()]
    store(NEWEST, tmp_path)
    with pytest.raises(OperatorError, match="stays as it is"):
        store(NEWEST, tmp_path)
