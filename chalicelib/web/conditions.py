"""The rules that show and hide the questions of one version, as a file of its own: no inline style is allowed."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.collection import find_answerable
from chalicelib.errors import Refusal, Refused
from chalicelib.forms.own_fields import version_number
from chalicelib.services import current
from chalicelib.web.http import Call, page_view
from chalicelib.web.visit import Visit

blueprint = Blueprint(__name__)


@blueprint.route("/s/{survey}/conditions/{file}", methods=["GET"], content_types=[])
@page_view
def show_conditions(call: Call, survey: str, file: str) -> Response:
    """The rules of one version: ``1.css``."""
    from chalicelib.forms.visibility import stylesheet

    services = current()
    name, _, suffix = file.partition(".")
    number = version_number(name)
    found = find_answerable(services, survey, call.query.get("token"), number)
    if suffix != "css" or not found.has_published(number):
        raise Refused(Refusal.NOT_FOUND)
    rules = stylesheet(services.version(found.id, number).questionnaire)
    return Response(rules, {"Content-Type": "text/css; charset=utf-8"})


def address_of_conditions(visit: Visit) -> str | None:
    """Where the rules of the form are, relative to its page; None where every question always applies."""
    if not any(question.show_if for question in visit.version.questionnaire.questions):
        return None
    suffix = f"?token={visit.rehearsal_token}" if visit.rehearsal_token else ""
    return f"{visit.call.root}s/{visit.survey.id}/conditions/{visit.version.number}.css{suffix}"
