"""What an accepted submission costs in CPU, the vendor's call left out."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from app import app
from chalicelib import services as services_module
from chalicelib.services import Services
from chalicelib.storage.database import Database
from tests.builders import ANSWERS, FIELDS, FORM_TYPE, JSON_TYPE, Browser, FakeClock, an_open_survey
from tests.fakes import CountingClient

TEXTS = ("country.other.text", "word", "wish")


def warm_services(database: Database) -> Services:
    """Services that remember an open survey and whose writes go nowhere."""
    services = Services.on(database, FakeClock())  # by a clock that goes on, they would forget
    services_module.use(services)
    survey = an_open_survey(services)
    services.survey(survey.id)
    services.version(survey.id, survey.version).validator.json_schema()
    services.receipt_key(survey)
    database.replace_client(CountingClient())
    return services


def events(services: Services) -> dict[str, Callable[[], dict[str, Any]]]:
    """Makers of API Gateway events by what they submit; each event has a fresh nonce."""
    browser = Browser(None, services)  # type: ignore[arg-type]  # only its tokens are used

    def form(fields: dict[str, list[str]]) -> dict[str, Any]:
        # The token is made from a remembered key, as a warm process does.
        token = browser.token_from_memory(secrets.token_bytes(16))
        return _event("/s/{survey}", "/s/a-survey", FORM_TYPE, urlencode({"_token": [token], **fields}, doseq=True))

    def api(answers: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({"answers": answers})
        return _event("/api/surveys/{survey}/responses", "/api/surveys/a-survey/responses", JSON_TYPE, body)

    closed_fields = {name: value for name, value in FIELDS.items() if name not in TEXTS}
    closed_answers = {name: value for name, value in ANSWERS.items() if name not in TEXTS}
    return {
        "form, closed questions": lambda: form(closed_fields),
        "form, with text": lambda: form(FIELDS),
        "JSON, closed questions": lambda: api(closed_answers),
        "JSON, with text": lambda: api(ANSWERS),
    }


def cpu_milliseconds(make_event: Callable[[], dict[str, Any]]) -> float:
    """The CPU time that one accepted submission in ten stays within: what slows the rest is not our code."""
    times = []
    for _ in range(300):
        event = make_event()
        start = time.process_time_ns()
        reply = app(event, None)
        times.append(time.process_time_ns() - start)
        assert reply["statusCode"] in (200, 201), reply
    return sorted(times)[len(times) // 10] / 1e6


def _event(route: str, path: str, content_type: str, body: str) -> dict[str, Any]:
    return {
        "resource": route,
        "path": path,
        "requestContext": {"resourcePath": route, "path": path, "httpMethod": "POST"},
        "headers": {"Content-Type": content_type, "Idempotency-Key": secrets.token_hex(16)},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"survey": "a-survey"},
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
    }
