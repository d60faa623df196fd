"""Builders: each makes one thing that is whole and plain, and takes what a test wants different."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

from chalicelib.publication.release import Release
from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.survey import COUNTING_DELAY, Survey
from chalicelib.responses.receipt import issue_token
from chalicelib.services import Services
from chalicelib.storage.tables import RESPONSES
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import Tally
from operation import keys
from operation.ending import close_survey
from operation.keys import new_identity
from operation.lifecycle import open_survey, publish_definition
from operation.reading.private_keys import PrivateKeys

JSON_TYPE, FORM_TYPE = "application/json", "application/x-www-form-urlencoded"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that stands until it is told to go on."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


def text(wording: str, **others: str) -> dict[str, str]:
    return {"en": wording, **others}


def options(*codes: str, **marks: Any) -> list[dict[str, Any]]:
    """Options labelled by their codes in capitals; ``marks`` are set on those named: ``exclusive=["none"]``."""
    return [
        {"code": code, "label": text(code.upper())} | {mark: True for mark, codes_ in marks.items() if code in codes_}
        for code in codes
    ]


#: One question of each kind, by kind.
QUESTIONS: dict[str, dict[str, Any]] = {
    "single_choice": {"id": "country", "options": options("se", "no", "other", specify=["other"])},
    "dropdown": {"id": "region", "options": options("north", "south", "west")},
    "multiple_choice": {
        "id": "challenges",
        "most": 2,
        # Not labelled as what it is: of questions that may hurt `check` wants somebody to turn to.
        "options": [
            option | {"label": text("PATROL")} if option["code"] == "police" else option
            for option in options("law", "stigma", "police", "none", exclusive=["none"])
        ],
    },
    "scale": {"id": "mood", "least": 1, "most": 5, "least_label": text("bad"), "most_label": text("good")},
    "matrix": {
        "id": "harder",
        "rows": [{"code": "home", "label": text("Home")}, {"code": "work", "label": text("Work")}],
        "options": options("not", "some", "much"),
    },
    "ranking": {"id": "wants", "options": options("home", "rest", "pay"), "most": 2},
    "number": {
        "id": "clients",
        "most": 300,
        "bands": [
            {"code": "few", "label": text("Few"), "below": 10},
            {"code": "some", "label": text("Some"), "below": 100},
            {"code": "many", "label": text("Many")},
        ],
    },
    "date": {
        "id": "moved",
        "least": "2020-01-01",
        "most": "2026-12-31",
        "bands": [
            {"code": "before", "label": text("Before 2024"), "before": "2024-01-01"},
            {"code": "since", "label": text("Since 2024")},
        ],
    },
    "yes_no": {"id": "police_met"},
    "consent": {"id": "agreed"},
    "short_text": {"id": "word"},
    "long_text": {"id": "wish", "hint": text("Name nobody.")},
    "hidden": {"id": "source", "options": options("mail", "poster")},
    "note": {"id": "heading"},
    "section": {"id": "part"},
}

#: A valid answer to each of them, as JSON; a note takes none.
ANSWERS: dict[str, Any] = {
    "country": "other",
    "country.other.text": "Faroe",
    "region": "south",
    "challenges": ["stigma", "law"],
    "mood": 4,
    "harder": {"home": "some"},
    "wants": ["rest", "home"],
    "clients": 34,
    "moved": "2024-02-29",
    "police_met": False,
    "agreed": True,
    "word": "rest",
    "wish": "Time.\nAnd a home.",
    "source": "poster",
}

#: The same answers as the fields of a form.
FIELDS: dict[str, list[str]] = {
    "country": ["other"],
    "country.other.text": ["Faroe"],
    "region": ["south"],
    "challenges": ["stigma", "law"],
    "mood": ["4"],
    "harder.home": ["some"],
    "wants.rest": ["1"],
    "wants.home": ["2"],
    "clients": ["34"],
    "moved.year": ["2024"],
    "moved.month": ["2"],
    "moved.day": ["29"],
    "police_met": ["no"],
    "agreed": ["given"],
    "word": ["rest"],
    "wish": ["Time.\r\nAnd a home."],
    "source": ["poster"],
}


def place_of(kind: str) -> int:
    """Where the question of ``kind`` stands in a document of all of them."""
    return list(QUESTIONS).index(kind)


def of_kind(kind: str, everything: Mapping[str, Any]) -> dict[str, Any]:
    """The part of all answers, or fields, that belongs to the question of ``kind``."""
    return {name: value for name, value in everything.items() if name.split(".")[0] == QUESTIONS[kind]["id"]}


def a_question(kind: str, **changes: Any) -> dict[str, Any]:
    question = {"kind": kind, "label": text(f"About {kind}?"), **QUESTIONS[kind]}
    return question | changes


def implied(question: str, code: str, then: dict[str, Any]) -> dict[str, Any]:
    """What the answer ``code`` to ``question`` implies."""
    return {"when": {"question": question, "equals": code}, "then": then}


#: Settings that tell readers of results how the survey was made.
METHOD = {name: text(f"The {name}.") for name in ("population", "recruitment", "sponsor", "limits")}


def a_document(*questions: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """A definition file's data: every kind of question unless ``questions`` are given."""
    return {
        "survey": settings.pop("survey", "a-survey"),
        "settings": {"exit_link": "https://example.org/", **settings},
        "questionnaire": {
            "languages": {"en": {"name": "English", "reviewed_by": "A. Reviewer"}},
            "title": text("A few questions"),
            "asked_by": text("The network"),
            "introduction": text("We ask to learn."),
            "thanks": text("Good of you."),
            # About what `check` takes it for.
            "minutes": 2 + len(questions or QUESTIONS) // 12,
            "questions": list(questions) or [a_question(kind) for kind in QUESTIONS],
        },
    }


def a_definition(*questions: dict[str, Any], **settings: Any) -> Definition:
    return Definition.model_validate(a_document(*questions, **settings))


def a_tally(n: int, counts: Mapping[str, Mapping[str, int]]) -> Tally:
    """Exact counts by table, as it is written, and code."""
    return Tally(n, {TableId.read(table): cells for table, cells in counts.items()})


@cache
def identities() -> tuple[tuple[str, str], ...]:
    """Two age key pairs (public, private), the same for a whole run."""
    return new_identity(), new_identity()


def an_open_survey(services: Services, *questions: dict[str, Any], **settings: Any) -> Survey:
    """A survey that takes answers; its text, if any, is sealed to :func:`identities`."""
    return opened(services, a_definition(*questions, **settings))


#: So that what is published is the same every time: by some keys the lot leaves a crosstab or a ranking out.
ROUNDING_KEY = b"k" * 32


def opened(services: Services, definition: Definition) -> Survey:
    services.tallies.add_rounding_key(definition.survey, ROUNDING_KEY)
    publish_definition(services, definition, [public for public, _ in identities()])
    prove_keys(services, definition.survey)
    return open_survey(services, definition.survey)


def prove_keys(services: Services, survey: str) -> None:
    """As ``key prove`` does with both of :func:`identities`: one write of the record."""
    import pyrage

    ours = tuple(pyrage.x25519.Identity.from_str(private) for _, private in identities())
    keys.prove_keys(services, survey, [PrivateKeys(Path("both.key"), ours)])


def unseal(sealed: bytes, public: str | None = None) -> str:
    """What the holder of one of :func:`identities` reads."""
    import pyrage

    private = dict(identities())[public or identities()[0][0]]
    return str(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(private)]), "utf-8")


def close_and_wait(services: Services, clock: FakeClock, survey: str = "a-survey") -> None:
    """Close a survey and let the hour for late senders go by."""
    close_survey(services, survey)
    clock.now += COUNTING_DELAY


@dataclass
class Browser:
    """Sends requests to the app as API Gateway would, through Chalice's test client."""

    client: Client
    services: Services
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> HTTPResponse:
        return self.client.http.get(path, headers={**self.headers, **headers})

    def post(self, path: str, body: bytes | str, content_type: str | None = FORM_TYPE, **headers: str) -> HTTPResponse:
        given = {"Content-Type": content_type} if content_type else {}
        raw = body.encode() if isinstance(body, str) else body
        return self.client.http.post(path, headers={**given, **self.headers, **headers}, body=raw)

    def token(self, survey: str = "a-survey", nonce: bytes = b"0123456789abcdef", seconds_ago: float = 60) -> str:
        """A form's token, as if the form had been loaded ``seconds_ago``."""
        record = stored_survey(self.services, survey)
        issued_at = self.services.clock() - timedelta(seconds=seconds_ago)
        return issue_token(self.services.receipt_key(record), survey, issued_at, nonce)

    def token_from_memory(self, nonce: bytes) -> str:
        """As :meth:`token`, without reading the store."""
        record = self.services.survey("a-survey")
        assert record is not None
        issued_at = self.services.clock() - timedelta(minutes=1)
        return issue_token(self.services.receipt_key(record), record.id, issued_at, nonce)

    def send_form(
        self,
        fields: dict[str, list[str]] | None = None,
        survey: str = "a-survey",
        token: str | None = None,
        **headers: str,
    ) -> HTTPResponse:
        """Press Send on a form filled with ``fields``."""
        filled = {"_token": [self.token(survey) if token is None else token], **(FIELDS if fields is None else fields)}
        return self.post(f"/s/{survey}", urlencode(filled, doseq=True), **headers)

    def send_json(
        self, answers: Any = None, survey: str = "a-survey", key: str | None = None, **more: Any
    ) -> HTTPResponse:
        """Submit ``answers`` through the API."""
        body = json.dumps({"answers": ANSWERS if answers is None else answers, **more})
        headers = {"Idempotency-Key": secrets.token_hex(16) if key is None else key}
        return self.post(f"/api/surveys/{survey}/responses", body, JSON_TYPE, **headers)


def releases_of(services: Services, survey: str = "a-survey") -> Iterator[Release]:
    """Every release, the latest first."""
    found = services.surveys.latest_release(survey)
    while found:
        yield found
        found = services.surveys.latest_release(survey, before=found.number)


def stored_survey(services: Services, survey: str = "a-survey") -> Survey:
    """Its record as it lies in the store, whatever day it is."""
    record = services.surveys.get(survey)
    assert record is not None
    return record


def stored_items(services: Services, survey: str = "a-survey", rehearsal: bool = False) -> list[dict[str, Any]]:
    """Every raw item of a survey's responses."""
    database = services.responses._database  # below the store on purpose
    items = database.call("scan", RESPONSES)["Items"]
    prefix = f"{survey}~test#" if rehearsal else f"{survey}#"
    return [item for item in items if item["part"]["S"].startswith(prefix)]


def a_bilingual_survey(
    services: Services, *questions: dict[str, Any], language: str = "sv", title: str = "Några frågor", **settings: Any
) -> Survey:
    """As :func:`an_open_survey`, in English and in another ``language``; only the title is translated."""
    document = a_document(*questions, **settings)
    name = {"sv": "Svenska", "ar": "العربية"}[language]
    document["questionnaire"]["languages"][language] = {"name": name, "reviewed_by": "A. Reviewer"}
    document["questionnaire"]["title"][language] = title
    return opened(services, Definition.model_validate(document))
