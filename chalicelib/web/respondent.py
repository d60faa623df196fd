"""What a respondent meets: the form, and withdrawing by receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response
from markupsafe import Markup

from chalicelib.collection import (
    INVITATION,
    Accepted,
    Submission,
    accept,
    check,
    find_survey,
    needs_invitation,
)
from chalicelib.errors import (
    AlreadySent,
    AlreadyWithdrawn,
    CrossSiteRequest,
    InvalidSubmission,
    NotFound,
    ParaplyError,
    Problem,
    ReceiptNotFound,
    StorageError,
    SurveyNotOpen,
)
from chalicelib.locale import interface_language, translator
from chalicelib.questionnaire.definition import Hidden
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.decoding import decode_form
from chalicelib.responses.parsing import Fields, first_field
from chalicelib.responses.receipt import FormToken, grouped, issue_token, read_receipt, read_token, rid_of
from chalicelib.services import Services, Version, current
from chalicelib.templating import marked
from chalicelib.web import pages
from chalicelib.web.http import NOT_KEPT, Call, error_page, html, log_failure, page_view

if TYPE_CHECKING:
    from chalicelib.forms.page import FormState

blueprint = Blueprint(__name__)

#: A person needs longer than this to read a form; a machine that posts at once is asked to press Send again.
LEAST_TIME = timedelta(seconds=2)
TOKEN, TRAP, LANGUAGE, SWITCH, VERSION = "_token", "_website", "_language", "_switch", "_version"
#: Asks for the receipt once more before anything is withdrawn.
ASK = "_ask"
#: On a form that came back with problems, so that it still shows them in another language.
CHECKED = "_checked"


@dataclass(frozen=True)
class _Visit:
    """One request to one survey: what all steps of answering it need."""

    call: Call
    services: Services
    survey: Survey
    version: Version
    language: str
    key: bytes

    @property
    def page_language(self) -> str:
        return interface_language(self.language)

    @property
    def title(self) -> Markup:
        return self.worded(self.version.questionnaire.title)

    def worded(self, text: Mapping[str, str]) -> Markup:
        """An author's text, marked with its language where it is not the page's."""
        return marked(text, self.language, self.version.questionnaire.first_language, self.page_language)


def _visit(call: Call, survey_id: str, fields: Fields | None = None) -> _Visit:
    services = current()
    loaded = _number(first_field(fields or {}, VERSION) or "")
    survey = find_survey(services, survey_id, call.query.get("token"), loaded)
    # The version that the form was loaded with, so that it can still be sent when a newer one is out.
    version = services.version(survey.id, loaded if survey.has_published(loaded) else survey.version)
    wanted = first_field(fields or {}, SWITCH) or first_field(fields or {}, LANGUAGE)
    language = call.language(list(version.questionnaire.languages), wanted)
    return _Visit(call, services, survey, version, language, services.receipt_key(survey))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _link(visit: _Visit) -> dict[str, str]:
    """What came with the link: values of hidden questions, declared ones only."""
    query = visit.call.query
    hidden = [question for question in visit.version.questionnaire.questions if isinstance(question, Hidden)]
    return {
        question.id: query[question.id]
        for question in hidden
        if query.get(question.id) in {option.code for option in question.options}
    }


@blueprint.route("/s/{survey}", methods=["GET"], content_types=[])
@page_view
def show_form(call: Call, survey: str) -> Response:
    """The empty form; after closing, a page that says so."""
    visit = _visit(call, survey)
    if visit.survey.state == "closed":
        page = _survey_page(visit, "closed.html", visit.title, languages=_languages(visit))
        return html(page, SurveyNotOpen.status)
    return _form(visit, {name: [value] for name, value in _link(visit).items()}, [], NOT_KEPT)


@blueprint.route("/s/{survey}/conditions/{file}", methods=["GET"], content_types=[])
@page_view
def show_conditions(call: Call, survey: str, file: str) -> Response:
    """The rules that show and hide the questions of one version: ``1.css``."""
    from chalicelib.forms.visibility import stylesheet

    services = current()
    name, _, suffix = file.partition(".")
    number = _number(name)
    found = find_survey(services, survey, call.query.get("token"), number)
    if suffix != "css" or not found.has_published(number):
        raise NotFound
    rules = stylesheet(services.version(found.id, number).questionnaire)
    return Response(rules, {"Content-Type": "text/css; charset=utf-8"})


@blueprint.route("/s/{survey}", methods=["POST"], content_types=[])
@page_view
def submit_form(call: Call, survey: str) -> Response:
    """A form that was sent: a receipt, or the form again with what is wrong and everything typed kept."""
    _refuse_other_sites(call)
    fields = decode_form(call.body, call.content_type)
    try:
        visit = _visit(call, survey, fields)
    except StorageError as error:
        log_failure(error)
        return _kept_as_sent(call, fields, error)
    return _answer(visit, fields)


def _answer(visit: _Visit, fields: Fields) -> Response:
    token = _read_token(visit, fields)
    if not visit.survey.accepts(visit.services.clock(), token.issued_at if token else None):
        return _shown_back(visit, fields, SurveyNotOpen())
    if first_field(fields, SWITCH):
        return _form(visit, fields, _problems(visit, fields) if first_field(fields, CHECKED) else [])
    try:
        return _thanks(visit, _accept(visit, fields, token))
    except InvalidSubmission as error:
        return _form(visit, fields, error.problems, error.status)
    except AlreadySent as error:
        return _shown_back(visit, fields, error, error.receipt)
    except Exception as error:  # noqa: BLE001  # whatever fails, what was typed is kept (P12)
        log_failure(error)
        status = error.status if isinstance(error, StorageError) else ParaplyError.status
        return _form(visit, fields, [Problem(None, "not_stored")], status)


def _refuse_other_sites(call: Call) -> None:
    if call.headers.get("sec-fetch-site") == "cross-site":
        raise CrossSiteRequest


def _read_token(visit: _Visit, fields: Fields) -> FormToken | None:
    return read_token(visit.key, visit.survey.id, first_field(fields, TOKEN) or "")


def _accept(visit: _Visit, fields: Fields, token: FormToken | None) -> Accepted:
    """Store what was sent, or raise :class:`InvalidSubmission` with what is wrong with form and answers together."""
    if problem := _form_problem(visit, fields, token):
        raise InvalidSubmission([problem, *_problems(visit, fields)])
    submission = _submission(visit, fields, token.nonce if token else b"")
    return accept(visit.services, visit.survey, visit.version, submission)


def _submission(visit: _Visit, fields: Fields, nonce: bytes = b"") -> Submission:
    raw_answers = visit.version.validator.raw_answers(fields)
    return Submission(raw_answers, nonce, first_field(fields, INVITATION) or "", from_form=True)


def _problems(visit: _Visit, fields: Fields) -> Sequence[Problem]:
    """What is wrong with the answers; storing them is not tried."""
    try:
        check(visit.survey, visit.version, _submission(visit, fields))
    except InvalidSubmission as error:
        return error.problems
    return []


def _form_problem(visit: _Visit, fields: Fields, token: FormToken | None) -> Problem | None:
    if first_field(fields, TRAP):
        return Problem(None, "trap_filled")
    if token is None:
        return Problem(None, "token_missing")
    is_too_fast = visit.services.clock() - token.issued_at < LEAST_TIME
    return Problem(None, "too_fast") if is_too_fast else None


def _token_for(visit: _Visit, fields: Fields) -> str:
    """The token that the form came with, so that its answers keep their receipt, or a new one."""
    if _read_token(visit, fields):
        return first_field(fields, TOKEN) or ""
    return issue_token(visit.key, visit.survey.id, visit.services.clock())


def _form(visit: _Visit, fields: Fields, problems: Sequence[Problem], status: int = 200) -> Response:
    from chalicelib.forms.page import render_form

    hidden = {TOKEN: _token_for(visit, fields), LANGUAGE: visit.language, VERSION: str(visit.version.number)}
    body = render_form(
        visit.version.questionnaire,
        visit.survey.settings,
        _form_state(visit, fields, problems),
        hidden=hidden | ({CHECKED: "1"} if problems else {}),
        trap=TRAP,
        switch=SWITCH,
        invitation=INVITATION if needs_invitation(visit.survey) else None,
    )
    wrong = translator(visit.language)("Error")
    title = Markup("{}: {}").format(wrong, visit.title) if problems else visit.title
    return html(_survey_page(visit, "form.html", title, form=body, rules=_rules(visit)), status)


def _rules(visit: _Visit) -> str | None:
    """Where the page's conditions are, relative to it; None where every question always applies."""
    if not any(question.show_if for question in visit.version.questionnaire.questions):
        return None
    token = visit.call.query.get("token")
    suffix = f"?token={token}" if visit.survey.state == "test" and token else ""
    return f"{visit.call.root}s/{visit.survey.id}/conditions/{visit.version.number}.css{suffix}"


def _form_state(visit: _Visit, fields: Fields, problems: Sequence[Problem]) -> FormState:
    from chalicelib.forms.page import FormState

    words = translator(visit.language)
    return FormState(fields, tuple(problems), visit.language, words, _link(visit), page=visit.page_language)


def _survey_page(visit: _Visit, template: str, title: str, **context: Any) -> str:
    """A page that belongs to the survey: its exit link, its other pages, the banner of a test."""
    rehearsal = visit.survey.state == "test"
    token = visit.call.query.get("token") if rehearsal else None
    return pages.page(
        template,
        visit.call.root,
        visit.language,
        title,
        visit.survey.settings.exit_link,
        links=pages.links(visit.call.root, visit.survey.id, visit.language, token),
        rehearsal=rehearsal,
        **context,
    )


def _languages(visit: _Visit) -> list[tuple[str, str, str | None]]:
    names = {code: translation.name for code, translation in visit.version.questionnaire.languages.items()}
    return pages.language_links(names, visit.language, visit.call.query)


def _thanks(visit: _Visit, accepted: Accepted) -> Response:
    thanks = visit.worded(visit.version.questionnaire.thanks)
    receipt = grouped(accepted.receipt)
    title = translator(visit.language)("Thank you")
    page = _survey_page(
        visit, "thanks.html", title, thanks=thanks, receipt=receipt, replaced=accepted.replaced, ask=ASK
    )
    return html(page)


def _shown_back(visit: _Visit, fields: Fields, error: ParaplyError, receipt: str | None = None) -> Response:
    """What was sent is not stored, and cannot be by sending it again: it is shown to be copied (P12).

    Not what was withdrawn: the page that sent it may still be in the history of a device that others use.
    """
    from chalicelib.forms.page import typed_answers

    questionnaire, state = visit.version.questionnaire, _form_state(visit, fields, [])
    page = pages.message(
        visit.call.root,
        visit.language,
        error.title,
        heading=visit.title,
        exit_link=visit.survey.settings.exit_link,
        receipt=grouped(receipt) if receipt else None,
        typed=() if isinstance(error, AlreadyWithdrawn) else typed_answers(questionnaire, state),
    )
    return html(page, error.status)


def _kept_as_sent(call: Call, fields: Fields, error: StorageError) -> Response:
    """Not even the questionnaire can be read: the fields are shown to be copied, by their names."""
    typed = [(name, "; ".join(values)) for name, values in fields.items() if not name.startswith("_") and any(values)]
    return error_page(error, call, typed)


@blueprint.route("/s/{survey}/withdraw", methods=["GET"], content_types=[])
@page_view
def show_withdraw(call: Call, survey: str) -> Response:
    """The page that asks for a receipt."""
    return _withdraw_page(_visit(call, survey), status=NOT_KEPT)


@blueprint.route("/s/{survey}/withdraw", methods=["POST"], content_types=[])
@page_view
def withdraw(call: Call, survey: str) -> Response:
    """Withdraw by receipt. A wrong receipt gets the same answer whatever is wrong with it."""
    _refuse_other_sites(call)
    fields = decode_form(call.body, call.content_type)
    visit = _visit(call, survey, fields)
    if first_field(fields, ASK):
        return _withdraw_page(visit, first_field(fields, "receipt"))
    receipt = read_receipt(first_field(fields, "receipt") or "")
    if receipt is None or not _withdraw(visit, receipt):
        return _withdraw_page(visit, first_field(fields, "receipt"), error=ReceiptNotFound())
    return _withdraw_page(visit, done=True, counted=_was_counted(visit, receipt))


def _withdraw(visit: _Visit, receipt: str) -> bool:
    rid = rid_of(visit.key, receipt)
    return visit.services.responses.withdraw(visit.survey.id, rid, rehearsal=visit.survey.state == "test")


def _was_counted(visit: _Visit, receipt: str) -> bool | None:
    """Whether what was withdrawn had been counted; None where that cannot be learned now: it is withdrawn anyway."""
    rid = rid_of(visit.key, receipt)
    try:
        return visit.services.responses.was_counted(visit.survey.id, rid, rehearsal=visit.survey.state == "test")
    except StorageError as error:
        log_failure(error)
        return None


def _withdraw_page(
    visit: _Visit,
    typed: str | None = None,
    error: ReceiptNotFound | None = None,
    *,
    done: bool = False,
    counted: bool | None = None,
    status: int = 200,
) -> Response:
    translate = translator(visit.language)
    heading = translate("Your answers are withdrawn and deleted." if done else "Withdraw my answers")
    page = _survey_page(
        visit,
        "withdraw.html",
        f"{translate('Error')}: {heading}" if error else heading,
        heading=heading,
        typed=typed or "",
        error=translate(error.title) if error else None,
        done=done,
        counted=counted,
        hidden={LANGUAGE: visit.language},
        languages=() if done else _languages(visit),
    )
    return html(page, error.status if error else status)
