"""The workbook of a release over HTTP: API Gateway and Lambda take texts alone, so its bytes travel in base64."""

from __future__ import annotations

import gzip
import http.client
import io
import json
from collections.abc import Iterator

import openpyxl
import pytest
from chalice.app import Response

from app import app
from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from chalicelib.web.http import MAXIMUM_REPLY, BinaryResponse, _can_be_sent
from operation.local.gateway import event_of
from operation.local.server import app_served
from tests.builders import a_question, an_open_survey
from tests.functional.conftest import browsing, in_use
from tests.functional.gateway import HOST, send

PATH = "/api/surveys/a-survey/releases/latest.xlsx"
#: What clients take: a browser, a program that names the type, one that takes something else, one that says nothing.
ACCEPTED = ["text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "application/vnd.ms-excel", "application/json", None]


@pytest.fixture(scope="module")
def released(module_services: Services) -> Services:
    an_open_survey(module_services, a_question("yes_no"), policy="exact")
    with browsing(module_services) as browser:
        browser.send_json({"police_met": True})
    publish_releases(module_services)
    return module_services


@pytest.fixture(autouse=True)
def services(released: Services) -> Iterator[Services]:
    with in_use(released):
        yield released


def opens(content: bytes) -> bool:
    return "Cover" in openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("accepted", ACCEPTED)
def test_workbook_comes_as_its_bytes_whatever_a_client_says_it_takes(accepted: str | None) -> None:
    reply = send(f"{HOST}{PATH}", headers={"Accept": accepted} if accepted else {})
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="a-survey-1.xlsx"'
    assert opens(reply.body)


def test_what_lambda_returns_is_json_and_only_a_file_of_bytes_is_in_base64() -> None:
    workbook, page = (app(event_of(app.routes, "GET", path, {}), None) for path in (PATH, "/s/a-survey"))
    assert json.loads(json.dumps(workbook)) == workbook
    assert workbook["isBase64Encoded"]
    assert not page.get("isBase64Encoded")
    assert "</html>" in page["body"]


def test_head_and_a_known_tag_send_no_bytes() -> None:
    whole, head = (send(f"{HOST}{PATH}", method=method) for method in ("GET", "HEAD"))
    assert (head.status_code, head.body, head.headers) == (200, b"", whole.headers)
    again = send(f"{HOST}{PATH}", headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.body) == (304, b"")


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_the_local_gateway_sends_the_bytes_that_aws_would(encoding: str) -> None:
    with app_served(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        connection.request("GET", PATH, headers={"Accept-Encoding": encoding})
        reply = connection.getresponse()
        content = reply.read()
        connection.close()
    assert reply.status == 200
    assert (reply.headers["Content-Encoding"] == "gzip") == (encoding == "gzip")
    assert opens(gzip.decompress(content) if encoding == "gzip" else content)


@pytest.mark.parametrize("more", [0, 1])
def test_bytes_are_sent_while_lambda_can_send_their_base64(more: int) -> None:
    content = bytes(MAXIMUM_REPLY // 4 * 3 + more)
    assert _can_be_sent(BinaryResponse(content)) == (not more)
    assert (len(BinaryResponse(content).to_dict()["body"]) <= MAXIMUM_REPLY) == (not more)
    assert _can_be_sent(Response("short"))
