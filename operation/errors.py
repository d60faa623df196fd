"""The operators' branch of the error tree."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.errors import ParaplyError
from operation.authoring.problems import DefinitionProblem
from operation.xlsform.told import Told


class OperatorError(ParaplyError):
    """A command that cannot be done in the survey's state; the message says which command comes first."""

    code, status = "operator", 400


class DefinitionError(OperatorError):
    """A definition with problems; carries all of them."""

    code = "invalid_definition"
    title = "The definition has problems."

    def __init__(self, problems: Sequence[DefinitionProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class CallRefused(OperatorError):
    """AWS refused one call. ``reason`` is its code ("NoSuchBucket"), ``told`` its own words."""

    code = "aws_refused"

    def __init__(self, message: str, reason: str = "", told: str = "") -> None:
        super().__init__(message)
        self.reason, self.told = reason, told


class CallForbidden(CallRefused):
    """The credentials are good, and not allowed to do this."""

    code = "aws_forbidden"


class CouldNotLook(OperatorError):
    """A setting cannot be seen: not allowed, not there, or only of a stage that runs. Says why in few words."""

    code = "could_not_look"


class RehearsalFailed(OperatorError):
    """Something did not come as it has to; the message says what."""

    code = "rehearsal_failed"


class WorkbookProblems(OperatorError):
    """A workbook that was filled in has problems: a line for each, with its sheet and cell."""

    code = "workbook_problems"
    title = "The workbook has problems."


class UnsettledWorkbook(OperatorError):
    """An XLSForm with rows that cannot be translated; carries all of them."""

    code = "unsettled_workbook"

    def __init__(self, entries: Sequence[Told]) -> None:
        super().__init__("\n".join(map(str, entries)))
        self.entries = tuple(entries)
