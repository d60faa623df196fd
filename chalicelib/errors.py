"""The one error tree.

Every error has a stable ``code`` for programs, an HTTP ``status`` and a message that says what to do next.
No message ever quotes what a respondent sent (P12): only ids and limits out of the questionnaire itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, unique

#: Words a message in a language: ``translate(message)``, or ``translate(one, many, number)`` for the form that fits
#: ``number``, of which languages have up to six.
Translate = Callable[..., str]


def in_english(message: str, many: str | None = None, number: int = 1) -> str:
    """The message as it stands in the code."""
    return message if many is None or number == 1 else many


@dataclass(frozen=True)
class Counted:
    """A message whose wording depends on the value called ``by``."""

    one: str
    many: str
    by: str


#: What may be wrong with one answer. The texts are gettext message ids, formatted with ``Problem.values``.
PROBLEM_MESSAGES: Mapping[str, str | Counted] = {
    "required": "Please answer this question. It says why we need an answer.",
    "consent_required": "Tick the box if you agree. Otherwise nothing can be sent.",
    "nothing_answered": "Answer at least one question.",
    "unknown_option": "Choose one of the options listed.",
    "unknown_question": "An answer was sent to a question that this form does not have. Load the form again.",
    "wrong_type": "This answer does not fit the question. Choose or type it again.",
    "too_few": Counted("Choose at least one.", "Choose at least %(least)d.", "least"),
    "too_many": Counted("Choose at most one.", "Choose at most %(most)d.", "most"),
    "repeated_option": "Choose this only once.",
    "exclusive": "“%(option)s” cannot be combined with other options. Choose it alone, or the others.",
    "out_of_range": "Enter a number from %(least)s to %(most)s.",
    "date_out_of_range": "Choose a date from %(least)s to %(most)s.",
    "not_a_number": "Enter a whole number in digits, or leave this empty.",
    "not_a_date": "This date does not exist. Choose day, month and year, or leave all three empty.",
    "day_missing": "The day is missing. Choose it, or leave all three empty.",
    "month_missing": "The month is missing. Choose it, or leave all three empty.",
    "year_missing": "The year is missing. Choose it, or leave all three empty.",
    "row_missing": "This row needs an answer too.",
    "rows_missing": "Each row needs an answer.",
    "ranks": "Give 1 to what matters most, then 2, and so on. Give each number only once, and leave none out.",
    "rank_repeated": "Give each number only once.",
    "rank_missing": "Give 1 to what matters most, then 2, and so on. Leave no number out.",
    "pattern": "Enter %(says)s",
    "too_long": Counted("Shorten this text to one character.", "Shorten this text to %(most)d characters.", "most"),
    "too_long_together": Counted(
        "Your texts are too long together. Shorten them to one character in all.",
        "Your texts are too long together. Shorten them to %(most)d characters in all.",
        "most",
    ),
    "specify_unchosen": "You wrote something here but did not choose “%(option)s”. Choose it, or clear the text.",
    "contradicts": "This does not go together with your answer to “%(question)s”. Change one of them.",
    "invitation_missing": "Type your invitation code. Without one, nothing can be sent.",
    "invitation_unknown": "We do not know this code, or it has been used already. Check each character.",
    "question_new": "This question is new.",
    "question_changed": "This question has changed. Check your answer.",
    "not_text": "This text has characters that cannot be stored. Type it again.",
    "not_stored": (
        "Your answers could not be stored just now. They are kept below: please press Send again in a minute."
    ),
    "token_missing": "This form had to be renewed. Your answers are kept: please press Send once more.",
    "too_fast": "That was quick. Please check your answers and press Send once more.",
    "trap_filled": "One field has to stay empty. Leave it empty, and press Send once more.",
}

#: What was found, said after the message where ``Problem.values`` have it: how much of something, or which of our own
#: numbers; never what somebody wrote.
FOUND_MESSAGES: Mapping[str, Counted] = {
    "too_few": Counted("You chose one.", "You chose %(chosen)d.", "chosen"),
    "too_many": Counted("You chose one.", "You chose %(chosen)d.", "chosen"),
    "too_long": Counted("It has one character.", "It has %(found)d characters.", "found"),
    "too_long_together": Counted("They have one character.", "They have %(found)d characters.", "found"),
    "rows_missing": Counted("One row has none.", "%(missing)d rows have none.", "missing"),
    "rank_repeated": Counted("%(ranks)s is given more than once.", "%(ranks)s are given more than once.", "repeated"),
    "rank_missing": Counted("%(ranks)s is missing.", "%(ranks)s are missing.", "missing"),
}


#: Where a problem with the invitation belongs: a field of the form beside the questions. No question can be called so.
INVITATION_FIELD = "_invitation"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a submission; ``question_id`` is None where it concerns the whole.

    ``values`` fill the message: limits, what was found, and labels as texts by language. A label called "part" says
    which row, or which line beside an option, the problem is with. Of an unknown question, ``question_id`` is the key
    that a program sent.
    """

    question_id: str | None
    code: str
    values: Mapping[str, int | str | Mapping[str, str]] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The English message, for the API; labels in English, or else in the first language that they have."""
        values = {
            name: value if isinstance(value, int | str) else value.get("en") or next(iter(value.values()))
            for name, value in self.values.items()
        }
        return self.worded(in_english) % values

    def worded(self, translate: Translate) -> str:
        """The message through ``translate``, in the form that fits ``values``; they are still to be filled in."""
        message, found = PROBLEM_MESSAGES[self.code], FOUND_MESSAGES.get(self.code)
        sentences = [self._counted(message, translate) if isinstance(message, Counted) else translate(message)]
        if found and found.by in self.values:
            sentences.append(self._counted(found, translate))
        return ("%(part)s: " if "part" in self.values else "") + " ".join(sentences)

    def _counted(self, message: Counted, translate: Translate) -> str:
        return translate(message.one, message.many, self.values[message.by])


class ParaplyError(Exception):
    """Root of all errors that the project raises on purpose."""

    code: str = "internal"
    status: int = 500
    title: str = "Something went wrong on our side. Please try again in a minute."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.title)


# --- what a client may do differently -------------------------------------------------------------------------------


@unique
class Refusal(Enum):
    """Why a request is refused that nothing can be done with: its HTTP status, and what to do instead."""

    BODY_TOO_LARGE = 413, "This is more than can be sent at once. Shorten the longest texts."
    TOO_MANY_FIELDS = 413, "This has more fields than the form. Load the form again and send it once more."
    UNSUPPORTED_MEDIA_TYPE = (
        415,
        "Send application/x-www-form-urlencoded to the form, or application/json to the API.",
    )
    NOT_UTF8 = 400, "The text is not valid UTF-8. Send UTF-8."
    MALFORMED_JSON = 400, "The body is not a valid JSON object. NaN and Infinity are not JSON."
    UNFIT_SUBMISSION = (
        400,
        'The JSON is no submission. Send {"answers": {…}}, with "version" and "invitation" where needed.',
    )
    UNKNOWN_VERSION = (
        400,
        "The questionnaire was never published in this version. Load it again, and send its version.",
    )
    DUPLICATE_KEYS = 400, "A JSON object names the same key twice. Name each key once."
    TOO_DEEP = 400, "The JSON is nested too deeply. An answer needs three levels at most."
    #: The key decides the receipt, so it must not be guessable (design, section 5).
    WEAK_IDEMPOTENCY_KEY = (
        400,
        "Send an Idempotency-Key header that cannot be guessed: a random UUID (version 4), 32 random hexadecimal digits"
        " (openssl rand -hex 16), or 22 letters and digits of base64url.",
    )
    CROSS_SITE = 403, "This form was sent from another site. Open the survey's own link and send it from there."
    NOT_FOUND = 404, "There is no page here. Check the link you were given."
    #: Told of drafts and tests too: a draft cannot be told from nothing.
    UNKNOWN_SURVEY = 404, "There is no survey at this link. Check the link you were given."
    NO_RELEASE = 404, "No results are published here."
    #: Of the API, as are the next two; a page answers in another language.
    UNKNOWN_LANGUAGE = 404, "This cannot be had in that language."
    UNKNOWN_FORMAT = 404, "A release cannot be had in that format."
    UNFIT_PARAMETER = 400, "A parameter of the address cannot be used as it is."
    UNKNOWN_TABLE = 404, "This release has no table of that name. Take one from its list of tables."
    #: PxWebApi 2 says 403.
    TOO_MANY_CELLS = 403, "That is more numbers than can be sent at once. Ask for fewer at a time."
    BAD_SELECTION = 400, "The table has nothing that this selection means. Its metadata lists variables and codes."
    METHOD_NOT_ALLOWED = 405, "This page does not take that kind of request."


class Refused(ParaplyError):
    """A request that is refused; its ``code`` is the refusal's name."""

    def __init__(self, refusal: Refusal, message: str | None = None) -> None:
        self.refusal = refusal
        self.code = refusal.name.lower()
        self.status, self.title = refusal.value
        super().__init__(message)


class InvalidSubmission(ParaplyError):
    """Read well, but answers break rules of the questionnaire; carries every problem, not the first."""

    code, status = "invalid_answers", 422
    title = "Some answers need another look."

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class ReceiptNotFound(ParaplyError):
    """Wrong or of another survey: the answer is the same for all, so that nobody learns by guessing."""

    code, status = "unknown_receipt", 404
    title = "There are no answers to withdraw with this receipt. Check each character."


class TokenRefused(ParaplyError):
    """Unknown, expired, revoked, of another survey or no token: one answer, so that nobody learns by guessing."""

    code, status = "token_refused", 401
    title = "This token does not open these results. It may have expired: ask who gave it to you for another."


class SurveyNotOpen(ParaplyError):
    """Closed; an open page shows the typed answers back (P12)."""

    code, status = "survey_closed", 410
    title = "This survey is closed. What you sent now was not stored."


class SurveyNotYetOpen(ParaplyError):
    """Opened for a later day: until then nobody is shown a question."""

    code, status = "survey_not_yet_open", 409
    title = "This survey is not open yet. Nothing was stored."


class AlreadySent(ParaplyError):
    """The form's answers are past changing. ``receipt`` is given where they are still stored (P6)."""

    receipt: str | None = None


class AlreadyCounted(AlreadySent):
    """P5: what was counted stands."""

    code, status = "already_counted", 409
    title = "Your answers were already counted. What was counted stands; the changes were not stored."

    def __init__(self, receipt: str) -> None:
        super().__init__()
        self.receipt = receipt


class QuestionsChanged(ParaplyError):
    """Answers to a version that asks something else than is asked now: a form brings them back, and nothing is lost."""

    code, status = "questions_changed", 409
    title = "The questions have changed since you opened this page."


class AlreadyWithdrawn(AlreadySent):
    """The form's answers were withdrawn by receipt; sending it again does not bring them back."""

    code, status = "already_withdrawn", 410
    title = "The answers sent with this form were withdrawn. Load the form again to send new answers."


class InvitationSpent(AlreadyWithdrawn):
    """As its parent, by invitation: the code went with the answers, so a new form would not help."""

    code = "invitation_spent"
    title = (
        "The answers sent with this form were withdrawn. Your invitation was used for them and cannot be used again."
    )


class WithdrawnAndClosed(AlreadyWithdrawn):
    """As its parent, within the hour for late senders: there is no new form any more."""

    code = "withdrawn_and_closed"
    title = "The answers sent with this form were withdrawn. The survey is closed, so no others can be sent."


# --- the store ------------------------------------------------------------------------------------------------------


class StorageError(ParaplyError):
    """The database refused or failed; the cause is chained."""

    code, status = "storage", 503
    title = "This cannot be done just now. Please try again in a minute: nothing is counted twice."


class StoreUnavailable(StorageError):
    """No answer, throttled or a passing fault. Repeating the same request is safe (P5)."""

    code = "store_unavailable"


class ItemBusy(StoreUnavailable):
    """A transaction held the item at that moment. Nothing was written."""

    code = "item_busy"


class StoreMisconfigured(StorageError):
    """No credentials, no region, no table: an operator has to act."""

    code = "store_misconfigured"


class UnreadableRecord(StorageError):
    """An item that this version cannot read: a newer one wrote it, or it is damaged. The message is for operators.

    ``item``: which of the survey's items of the table it is. What it holds is told nowhere.
    """

    code = "unreadable_record"

    def __init__(self, survey: str, item: str, table: str, is_recoverable: bool) -> None:
        repair = "restore it from the table's backup" if is_recoverable else "no backup has it, so change nothing yet"
        super().__init__(
            f"This version of Paraply cannot read {item} of “{survey}” in the table of {table}. If a newer version"
            f" wrote it, update Paraply; if none did, it is damaged: {repair}."
        )


class ConditionFailed(StorageError):
    """A condition of a single write did not hold: nothing was written.

    ``repeated``: the vendor's client had sent the write before and got no reply, so the first may have succeeded and
    changed what the condition is about.
    """

    code, status = "condition_failed", 409

    def __init__(self, repeated: bool = False) -> None:
        super().__init__()
        self.repeated = repeated


class TransactionCancelled(StorageError):
    """A transaction wrote nothing; ``reasons`` has DynamoDB's code for each of its members, in order."""

    code, status = "transaction_cancelled", 409

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__()
        self.reasons = tuple(reasons)


class Conflict(StorageError):
    """Somebody else changed the same item in between; read again and retry."""

    code, status = "conflict", 409
    title = "The record changed meanwhile. Read it again and retry."


# --- the scheduled functions ----------------------------------------------------------------------------------------


class OutOfTime(ParaplyError):
    """What cannot be left halfway was stopped: there was no time for the rest."""

    code = "out_of_time"


class RunFailed(ParaplyError):
    """A scheduled function failed for some surveys, when all others had had their turn. It may be repeated at once."""

    code = "run_failed"

    def __init__(self, surveys: Sequence[str]) -> None:
        super().__init__(
            f"This failed for {', '.join(surveys)}, and stopped no other survey. Look up ALARM in the log of this"
            " function: the code there says what is wrong."
        )


class ImpossibleTables(ParaplyError):
    """Tables that no answers could have given: a mistake of ours, and nothing is published until it is mended (P7)."""

    code = "impossible_tables"
