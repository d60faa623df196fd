"""Makes invitation codes, each good for one response (P10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import Conflict
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.receipt import grouped, invitation_hash, new_invitation, new_key, read_receipt
from chalicelib.services import Services
from operation.errors import OperatorError
from operation.files import require_new
from operation.lifecycle import require_survey, standing
from operation.resumable import kept, resumable_file

_NEVER = "Codes are never overwritten; choose another name."
#: Writes of the record that may come between reading it and writing it, one after the other.
MOST_CONFLICTS = 5


def invite(services: Services, survey_id: str, count: int) -> list[str]:
    """Make ``count`` invitations for who keeps no file of them: nothing knows them if the process ends meanwhile.

    Raises as :func:`invite_into`.
    """
    inviter = _inviter(services, survey_id)
    codes = _new_codes(count)
    for _ in inviter.make_good(codes):
        pass
    return codes


def invite_into(file: Path, services: Services, survey_id: str, count: int) -> Iterator[int]:
    """Make ``count`` invitations, whose codes are in the new ``file`` once all of them are good; yields how many are.

    A code is good once its hash is stored; by then it is on the disk, under a hidden name. Results tell of how many
    invitations answers came, so they are counted once, when the last one becomes good. After a run that was cut short,
    the next for the same survey and file goes on. If all codes were good, it gives the file its name, and yields how
    many there are, whatever ``count``. If not, nobody was given any: it takes them back and makes others. No code
    becomes good twice, so none that was used can be used again.

    Raises :class:`OperatorError` at once where invitations make no sense or there is such a file, and later where
    another run writes it.
    """
    inviter = _inviter(services, survey_id)
    require_new(file, _NEVER)
    return _into(file, inviter, count)


def _into(file: Path, inviter: _Inviter, count: int) -> Iterator[int]:
    with resumable_file(file, inviter.mark, _NEVER) as stream:
        before = _codes_in(stream.readall())
        if before and inviter.is_good(before[-1]):
            yield len(before)
            return
        inviter.take_back(before)
        codes = _new_codes(count)
        kept(stream, "".join(f"{code}\n" for code in codes).encode(), file.parent)
        yield from inviter.make_good(codes)


def _inviter(services: Services, survey_id: str) -> _Inviter:
    survey = _require_invitable(services, survey_id)
    services.access.add_receipt_key(survey.id, new_key())
    key = services.access.receipt_key(survey.id)
    if key is None:
        raise OperatorError(f"“{survey.id}” was purged meanwhile.")
    return _Inviter(services, survey.id, key)


def _require_invitable(services: Services, survey_id: str) -> Survey:
    survey = require_survey(services, survey_id)
    if survey.settings.access != "invitation" or survey.state not in ("draft", "test", "open"):
        raise OperatorError(
            f"“{survey.id}” is {standing(survey)}, with access: {survey.settings.access}."
            " Invitations are for a survey with access: invitation that is not closed."
        )
    return survey


@dataclass(frozen=True)
class _Inviter:
    """Makes codes of one survey good. ``key``: its receipt key."""

    services: Services
    survey: str
    key: bytes

    @property
    def mark(self) -> str:
        """What tells this survey's files from another's, in another stage too."""
        return self._hash("")[:8]

    def make_good(self, codes: Sequence[str]) -> Iterator[int]:
        """Store the hash of each of ``codes``, in their order; yields how many are. The last counts them all."""
        for number, code in enumerate(codes[:-1], 1):
            self.services.access.add_invitation(self.survey, self._hash(code))
            yield number
        try:
            self._count(len(codes), codes[-1])
        except OperatorError:
            self.take_back(codes)  # after a purge or a deletion nobody else would (P11)
            raise
        yield len(codes)

    def is_good(self, code: str) -> bool:
        """Whether the hash of ``code`` is stored."""
        return self.services.access.has_invitation(self.survey, self._hash(code))

    def take_back(self, codes: Sequence[str]) -> None:
        """Forget the hashes of ``codes``, which were not counted."""
        for code in codes:
            self.services.access.delete_invitation(self.survey, self._hash(code))

    def _count(self, count: int, last: str) -> None:
        """Add ``count`` to how many the survey has invited, and make the ``last`` code good, both at once.

        Another writer of the record comes first. Raises :class:`OperatorError` where the survey ended meanwhile.
        """
        for attempt in range(MOST_CONFLICTS + 1):
            survey = _require_invitable(self.services, self.survey)
            counted = survey.model_copy(update={"invited": survey.invited + count})
            try:
                self.services.surveys.save_inviting(counted, self._hash(last))
            except Conflict:
                if attempt == MOST_CONFLICTS:
                    raise
            else:
                return

    def _hash(self, code: str) -> str:
        return invitation_hash(self.key, code.replace(" ", ""))


def _new_codes(count: int) -> list[str]:
    return [grouped(new_invitation()) for _ in range(count)]


def _codes_in(content: bytes) -> list[str]:
    """The codes that an earlier run has left. Of one that was killed while it wrote them, a line may be cut."""
    found = (read_receipt(line) for line in content.decode("utf-8", "replace").splitlines())
    return [grouped(code) for code in found if code]
