"""What the API takes and gives, by example: made by what makes the real thing, so that it stays right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from chalicelib.publication.release import Release
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Version
from chalicelib.web.api import shown_survey
from chalicelib.web.bodies import ReleaseList, SentAnswers, ShownSurvey, StoredAnswers
from chalicelib.web.pxweb import Selection

QUESTIONNAIRE = """{
  "languages": {"en": {"name": "English"}},
  "title": {"en": "Housing"},
  "asked_by": {"en": "The network"},
  "introduction": {"en": "We ask to learn."},
  "thanks": {"en": "Good of you."},
  "minutes": 2,
  "questions": [{"kind": "yes_no", "id": "moved", "label": {"en": "Did you move last year?"}}]
}"""
SURVEY = """{
  "id": "housing", "state": "open",
  "settings": {"exit_link": "https://example.org/", "closes_on": "2026-03-31"}
}"""
_FACTS = '"label": null, "edition_count": 60, "by_edition": [60]'
RELEASE = f"""{{
  "survey": "housing", "number": 1, "published_on": "2026-04-01", "policy": "protected",
  "rounding_base": 5, "percentages_from": 50, "synthetic": true, "languages": ["en"], "title": {{"en": "Housing"}},
  "responses": 120, "responses_at_most": 143, "edition_responses": 120,
  "editions": [{{"number": 1, "published_on": "2026-04-01", "responses": 120}}],
  "tables": [{{
    "id": "moved", "question": "moved", "part": null, "kind": "yes_no", "conditional": false,
    "label": {{"en": "Did you move last year?"}}, "part_label": null,
    "base": 120, "base_at_least": 120, "base_at_most": 143, "releases": 1, "editions": [1],
    "cells": [
      {{"code": "yes", "count": 60, "at_least": 56, "at_most": 64, {_FACTS}}},
      {{"code": "no", "count": 60, "at_least": 56, "at_most": 64, {_FACTS}}}
    ]
  }}]
}}"""


def release() -> Release:
    """A release that every format can be shown of."""
    return Release.model_validate_json(RELEASE)


def examples() -> Mapping[type[BaseModel], Any]:
    """Of each body, one: as JSON."""
    version = Version(1, Questionnaire.model_validate_json(QUESTIONNAIRE))
    return {
        ShownSurvey: shown_survey(Survey.model_validate_json(SURVEY), version).model_dump(mode="json"),
        SentAnswers: {"answers": {"moved": True}, "version": 1},
        Selection: {"selection": [{"variableCode": "answer", "valueCodes": ["*"]}]},
        StoredAnswers: {"receipt": "7K3M 9QXA 2B4C 8DTE", "status": "stored"},
        ReleaseList: {
            "survey": "housing",
            "releases": [{"number": 2, "published_on": "2026-05-01", "responses": 240}],
            "next": "../../../api/surveys/housing/releases?before=2&limit=1",
        },
    }
