"""Withdrawing by receipt."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.collection import Withdrawn, find_published, was_counted, withdraw
from chalicelib.errors import ReceiptNotFound, StorageError
from chalicelib.forms.own_fields import OwnField, OwnFields
from chalicelib.questionnaire.fields import first_field
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.decoding import decode_form
from chalicelib.services import current
from chalicelib.web.addresses import forgiving
from chalicelib.web.http import GET, NOT_KEPT, Call, html, log_failure, page_view
from chalicelib.web.public import message_of_survey
from chalicelib.web.visit import Visit, refuse_other_sites, visit_of

blueprint = Blueprint(__name__)

#: By the state of a survey whose records are purged, or about to be.
_NOTHING_LEFT = {
    "being purged": (
        "All answers to this survey are being deleted now, so you need not withdraw yours. Published results stay."
    ),
    "purged": "All answers to this survey are deleted, so there is nothing left to withdraw. Published results stay.",
}


@blueprint.route("/s/{survey}/withdraw", methods=GET, content_types=[])
@page_view
@forgiving
def show_withdrawal(call: Call, survey: str) -> Response:
    """The page that asks for a receipt."""
    if purged := _purged(call, survey):
        return _nothing_left(call, purged)
    return _question(visit_of(call, survey, OwnFields()), status=NOT_KEPT)


@blueprint.route("/s/{survey}/withdraw", methods=["POST"], content_types=[])
@page_view
def submit_withdrawal(call: Call, survey: str) -> Response:
    """Withdraw by receipt. A wrong receipt gets the same answer whatever is wrong with it."""
    refuse_other_sites(call)
    fields = decode_form(call.body, call.content_type)
    if purged := _purged(call, survey):
        return _nothing_left(call, purged)
    visit = visit_of(call, survey, OwnFields.read(fields))
    typed = first_field(fields, "receipt") or ""
    if visit.own.asks:
        return _question(visit, typed)
    try:
        withdrawn = withdraw(visit.services, visit.survey, typed)
    except ReceiptNotFound as error:
        return _question(visit, typed, error, error.status)
    return _done(visit, withdrawn, _was_counted(visit, withdrawn.receipt))


def _purged(call: Call, survey: str) -> Survey | None:
    """The survey if its records are purged, or about to be: then no receipt means anything, right or wrong."""
    found = find_published(current(), survey, call.query.get("token"))
    return found if found.is_purged else None


def _nothing_left(call: Call, survey: Survey) -> Response:
    return html(message_of_survey(call, survey, _NOTHING_LEFT[survey.state]))


def _was_counted(visit: Visit, receipt: str) -> bool | None:
    """None where it cannot be learned now: it is withdrawn anyway."""
    try:
        return was_counted(visit.services, visit.survey, receipt)
    except StorageError as error:
        log_failure(error)
        return None


def _question(visit: Visit, typed: str = "", error: ReceiptNotFound | None = None, status: int = 200) -> Response:
    translate = visit.translate
    heading = translate("Withdraw my answers")
    page = visit.page(
        "withdraw.html",
        f"{translate('Error')}: {heading}" if error else heading,
        heading=heading,
        typed=typed,
        error=translate(error.title) if error else None,
        unseen={OwnField.LANGUAGE: visit.language},
        languages=visit.language_links(),
    )
    return html(page, status)


def _done(visit: Visit, withdrawn: Withdrawn, counted: bool | None) -> Response:
    translate = visit.translate
    page = visit.page(
        "withdrawn.html",
        translate("Your answers were already withdrawn and deleted.")
        if withdrawn.before
        else translate("Your answers are withdrawn and deleted."),
        counted=counted,
        never_published=visit.survey.is_told_never_published,
    )
    return html(page)
