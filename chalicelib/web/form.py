"""The form: shown, sent, and brought back with everything that was typed when it cannot be taken (P12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response
from markupsafe import Markup

from chalicelib.collection import Accepted, Submission, accept, check, needs_invitation
from chalicelib.days import worded_day
from chalicelib.errors import (
    AlreadySent,
    AlreadyWithdrawn,
    InvalidSubmission,
    ParaplyError,
    Problem,
    QuestionsChanged,
    StorageError,
    SurveyNotOpen,
    SurveyNotYetOpen,
)
from chalicelib.forms.own_fields import OwnFields, answers_in
from chalicelib.questionnaire.changes import changes_between
from chalicelib.questionnaire.definition import Consent, Hidden
from chalicelib.questionnaire.fields import Fields
from chalicelib.responses.decoding import decode_form
from chalicelib.responses.receipt import FormToken, grouped, read_token
from chalicelib.templating import environment
from chalicelib.web import pages
from chalicelib.web.addresses import forgiving
from chalicelib.web.empty_forms import conditions_of, empty_form, new_token
from chalicelib.web.http import GET, NOT_KEPT, Call, error_page, html, log_failure, page_view
from chalicelib.web.visit import Visit, refuse_other_sites, visit_of

if TYPE_CHECKING:
    from chalicelib.forms.page import FormState

blueprint = Blueprint(__name__)
#: What the first page and the first submission are made from.
_FIRST = (("chalicelib.forms", "form.html"), ("chalicelib.web", "form.html"), ("chalicelib.web", "thanks.html"))

#: A person needs longer than this to read a form; a machine that posts at once is asked to press Send again.
LEAST_TIME = timedelta(seconds=2)


def prepare() -> None:
    """Make ready, before the first request, what a form is made from."""
    import chalicelib.forms.page
    import chalicelib.forms.rules  # noqa: F401  # for both to be there

    for package, template in _FIRST:
        environment(package).get_template(template)


@blueprint.route("/s/{survey}", methods=GET, content_types=[])
@page_view
@forgiving
def show_form(call: Call, survey: str) -> Response:
    """The empty form; before the survey's first day and after closing, a page that says so."""
    visit = visit_of(call, survey, OwnFields())
    if visit.is_awaited:
        return _outside(visit, "awaited.html", visit.survey.settings.opens_on, SurveyNotYetOpen.status)
    if visit.survey.state == "closed":
        return _outside(visit, "closed.html", visit.survey.last_day, SurveyNotOpen.status)
    link = _link(visit)
    brought = {name: [code] for name, code in link.items()}

    def render(token: str, cut: str) -> pages.Page:
        return _page(visit, replace(_form_state(visit, brought, token=token), cut=cut))

    return html(empty_form(visit, link, render), NOT_KEPT)


def _outside(visit: Visit, template: str, day: str | None, status: int) -> Response:
    """A page instead of the form, which names the ``day`` of opening or closing."""
    worded = worded_day(day, visit.translate) if day else ""
    page = visit.page(template, visit.title, languages=visit.language_links(), day=worded, turn_to=visit.turn_to)
    return html(page, status)


@blueprint.route("/s/{survey}", methods=["POST"], content_types=[])
@page_view
def submit_form(call: Call, survey: str) -> Response:
    """A form that was sent: a receipt, or the form again with what is wrong and everything typed kept."""
    refuse_other_sites(call)
    fields = decode_form(call.body, call.content_type)
    own, answers = OwnFields.read(fields), answers_in(fields)
    try:
        visit = visit_of(call, survey, own)
        token = _token(visit)
    except StorageError as error:
        log_failure(error)
        return _kept_as_sent(call, own, answers, error)
    if visit.is_awaited:
        # By name: the words of questions would be told to whoever guesses what they are called.
        return _kept_as_sent(call, own, answers, SurveyNotYetOpen())
    if not visit.survey.accepts(visit.services.clock(), token.issued_at if token else None):
        return _shown_back(visit, answers, SurveyNotOpen())
    if own.switch:
        return _form(visit, answers, _problems(visit, answers) if own.is_checked else ())
    return _answer(visit, answers, token)


def _answer(visit: Visit, answers: Fields, token: FormToken | None) -> Response:
    try:
        return _thanks(visit, _accept(visit, answers, token))
    except InvalidSubmission as error:
        return _form(visit, answers, error.problems, error.status)
    except QuestionsChanged as error:
        return _form(visit, answers, status=error.status)
    except AlreadySent as error:
        return _shown_back(visit, answers, error, error.receipt)
    except Exception as error:  # noqa: BLE001  # whatever fails, what was typed is kept (P12)
        log_failure(error)
        status = error.status if isinstance(error, StorageError) else ParaplyError.status
        return _form(visit, answers, [Problem(None, "not_stored")], status)


def _token(visit: Visit) -> FormToken | None:
    return read_token(visit.key, visit.survey.id, visit.own.token)


def _accept(visit: Visit, answers: Fields, token: FormToken | None) -> Accepted:
    """Store what was sent, or raise :class:`InvalidSubmission` with what is wrong with form and answers together."""
    if problem := _form_problem(visit, token):
        raise InvalidSubmission([problem, *_problems(visit, answers)])
    return accept(visit.services, visit.survey, visit.version, _submission(visit, answers, token))


def _submission(visit: Visit, answers: Fields, token: FormToken | None = None) -> Submission:
    return Submission(answers, token.nonce if token else b"", visit.own.invitation, from_form=True)


def _problems(visit: Visit, answers: Fields) -> Sequence[Problem]:
    """What is wrong with the answers, as far as they are to what is asked now; storing them is not tried."""
    if visit.is_outdated:
        return ()
    try:
        check(visit.survey, visit.version, _submission(visit, answers))
    except InvalidSubmission as error:
        return error.problems
    return ()


def _form_problem(visit: Visit, token: FormToken | None) -> Problem | None:
    if visit.own.trap:
        return Problem(None, "trap_filled")
    if token is None:
        return Problem(None, "token_missing")
    is_too_fast = visit.services.clock() - token.issued_at < LEAST_TIME
    return Problem(None, "too_fast") if is_too_fast else None


def _form(visit: Visit, answers: Fields, problems: Sequence[Problem] = (), status: int = 200) -> Response:
    """The form with what was typed; one that asks what is no longer asked becomes that of the latest version."""
    if visit.is_outdated:
        visit, answers = _brought_up_to_date(visit, answers)
    return html(_page(visit, _form_state(visit, answers, problems)), status)


def _page(visit: Visit, state: FormState) -> pages.Page:
    from chalicelib.forms.page import render_form
    from chalicelib.forms.steps import START, has_steps

    questionnaire, settings = visit.version.questionnaire, visit.survey.settings
    form = render_form(questionnaire, settings, state, needs_invitation(visit.survey))
    title: str = visit.title
    if state.changes:
        title = visit.translate(QuestionsChanged.title)
    elif state.problems:
        title = Markup("{}: {}").format(visit.translate("Error"), visit.title)
    skip = START if has_steps(questionnaire) else pages.MAIN
    return visit.page("form.html", title, form=form, own_style=conditions_of(visit), skip=skip)


def _brought_up_to_date(visit: Visit, answers: Fields) -> tuple[Visit, Fields]:
    """The form of the latest version with the answers that were given, all but an agreement to other words.

    What was answered to questions that are gone or changed is in words beside it, so that nothing is lost (P12).
    """
    from chalicelib.forms.typed_answers import as_text, typed_answers

    earlier, latest = visit.version, visit.latest
    language = visit.call.language(list(latest.questionnaire.languages), visit.language)
    changes = changes_between(earlier.questionnaire, latest.questionnaire, language)
    typed = typed_answers(earlier.questionnaire, _form_state(visit, answers), changes.changed | changes.gone)
    texts = filter(None, (visit.own.earlier_answers, as_text(typed)))
    own = replace(visit.own, earlier_answers="\n\n".join(texts))
    agreed = {question.id for question in latest.questionnaire.questions if isinstance(question, Consent)}
    kept = {name: values for name, values in answers.items() if name not in agreed & changes.changed}
    return replace(visit, version=latest, earlier=earlier, language=language, own=own), kept


def _form_state(visit: Visit, answers: Fields, problems: Sequence[Problem] = (), token: str = "") -> FormState:
    from chalicelib.forms.page import FormState

    questionnaire, earlier = visit.version.questionnaire, visit.earlier
    return FormState(
        answers,
        tuple(problems),
        visit.language,
        visit.translate,
        link=_link(visit),
        page=visit.page_language,
        own=_own_fields(visit, problems, token or _token_of(visit)),
        changes=changes_between(earlier.questionnaire, questionnaire, visit.language) if earlier else None,
        out_of_sight=visit.version.validator.out_of_sight(answers) if earlier else (),
    )


def _token_of(visit: Visit) -> str:
    """The form's own, so that its answers keep their receipt, or else a new one."""
    return visit.own.token if _token(visit) else new_token(visit)


def _own_fields(visit: Visit, problems: Sequence[Problem], token: str) -> OwnFields:
    """What the form carries when it is sent again."""
    return replace(
        visit.own,
        token=token,
        language=visit.language,
        version=visit.version.number,
        is_checked=bool(problems),
        earlier_version=visit.earlier.number if visit.earlier else 0,
    )


def _link(visit: Visit) -> dict[str, str]:
    """What came with the link: values of hidden questions, declared ones only."""
    query = visit.call.query
    hidden = [question for question in visit.version.questionnaire.questions if isinstance(question, Hidden)]
    return {
        question.id: query[question.id]
        for question in hidden
        if query.get(question.id) in {option.code for option in question.options}
    }


def _thanks(visit: Visit, accepted: Accepted) -> Response:
    page = visit.page(
        "thanks.html",
        visit.translate("Thank you"),
        # The author's own words say thanks.
        heading=visit.translate("Your answers are stored"),
        thanks=visit.words(visit.version.questionnaire.thanks),
        receipt=grouped(accepted.receipt),
        replaced=accepted.replaced,
        turn_to=visit.turn_to,
    )
    return html(page)


def _shown_back(visit: Visit, answers: Fields, error: ParaplyError, receipt: str | None = None) -> Response:
    """What was sent is not stored, and cannot be by sending it again: it is shown to be copied (P12).

    Not what was withdrawn: the page that sent it may still be in the history of a device that others use.
    """
    from chalicelib.forms.typed_answers import typed_answers

    typed = typed_answers(visit.version.questionnaire, _form_state(visit, answers))
    page = pages.message(
        visit.call.root,
        visit.language,
        error.title,
        heading=visit.title,
        exit_link=visit.survey.settings.exit_link,
        receipt=grouped(receipt) if receipt else None,
        typed=() if isinstance(error, AlreadyWithdrawn) else typed,
        earlier="" if isinstance(error, AlreadyWithdrawn) else visit.own.earlier_answers,
    )
    return html(page, error.status)


def _kept_as_sent(call: Call, own: OwnFields, answers: Fields, error: ParaplyError) -> Response:
    """The questionnaire cannot be read, or nobody may yet: the fields are shown to be copied, by their names."""
    from chalicelib.forms.typed_answers import TypedAnswer

    typed = [TypedAnswer(name, "; ".join(values)) for name, values in answers.items() if any(values)]
    return error_page(error, call, typed, own.earlier_answers)
