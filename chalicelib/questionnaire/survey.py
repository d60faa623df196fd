"""A survey's life: its settings, its state, and the numbers of its versions and editions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from chalicelib.questionnaire.base import Part, SurveyId
from chalicelib.questionnaire.definition import SurveySettings

State = Literal["draft", "test", "open", "closed", "purged"]

#: How long after closing a form that was loaded before is still accepted (design, section 8).
LATE_SENDERS = timedelta(hours=1)
#: Web processes may act on a survey record this old, so a closed survey is counted this much later still.
RECORD_LIFETIME = timedelta(seconds=30)
COUNTING_DELAY = LATE_SENDERS + timedelta(minutes=5)


class KeyProof(Part):
    """That the holder of a public key can open what is sealed to it: the hash of a test message, and its return."""

    recipient: str
    message_hash: str
    opened: bool = False


class Survey(Part):
    """One survey as stored. ``edition`` is the batch that pending responses will be counted in."""

    id: SurveyId
    settings: SurveySettings
    state: State = "draft"
    #: The latest version, and the first that respondents may have loaded: the one that was opened.
    version: int = 1
    first_version: int = 1
    #: Numbers that a publishing which was cut short has taken; nobody ever meets what is stored under them.
    unpublished: tuple[int, ...] = ()
    #: The first version that asks what is asked now; those after it differ from it in words alone. Under ``exact``, the
    #: first of all: its versions may add to each other.
    asked_since: int = 1
    #: A version that asks something else: it takes effect when the next edition begins.
    next_version: int | None = None
    #: When the questions became those of the next edition: this one waits for the last answers to the earlier ones.
    questions_changed_at: datetime | None = None
    edition: int = 1
    closed_at: datetime | None = None
    #: When the current edition ends while the survey stays open; None where it ends at closing.
    edition_ends: datetime | None = None
    #: Set once the last batch is dealt with, released or not; nothing is counted after it.
    finished: bool = False
    key_proofs: tuple[KeyProof, ...] = ()
    #: Counts the writes of this record, so that two writers cannot overwrite each other.
    revision: int = 0

    def next_edition_end(self, now: datetime) -> datetime | None:
        """The end of the calendar month or quarter (UTC) that ``now`` lies in; None where editions end at closing."""
        months = {"monthly": 1, "quarterly": 3}.get(self.settings.releases)
        if months is None or self.settings.policy == "exact":
            return None
        month = now.month - 1 - (now.month - 1) % months + months
        return datetime(now.year + month // 12, month % 12 + 1, 1, tzinfo=UTC)

    @property
    def releases(self) -> int:
        """How many releases there are: the edition moves on with each."""
        return self.edition - 1

    @property
    def published(self) -> tuple[int, ...]:
        """Numbers of the versions that respondents may answer, or before opening try out, the oldest first."""
        first = self.version if self.state in ("draft", "test") else self.first_version
        return tuple(number for number in range(first, self.version + 1) if number not in self.unpublished)

    def has_published(self, version: int) -> bool:
        """Whether respondents may answer ``version``: one that was open, never a draft before it."""
        return version in self.published

    def takes(self, version: int) -> bool:
        """Whether ``version`` asks what is asked now: in one edition everybody is asked the same."""
        return self.has_published(version) and version >= self.asked_since

    def counts(self, version: int) -> bool:
        """Whether the current edition is that of answers to ``version``; if not, they belong to the next."""
        return version >= self.asked_since if self.questions_changed_at is None else version < self.asked_since

    def accepts(self, now: datetime, form_issued_at: datetime | None) -> bool:
        """Whether a submission is taken now.

        After closing, only a form that was loaded before counts, and only for an hour: whoever was filling it in
        does not lose their work. The API has no form, so it ends at closing.
        """
        if self.state in ("open", "test"):
            return True
        if self.state != "closed" or self.closed_at is None or form_issued_at is None:
            return False
        return form_issued_at <= self.closed_at + RECORD_LIFETIME and now < self.closed_at + LATE_SENDERS

    def is_expired(self, now: datetime) -> bool:
        """Whether its records are due to be deleted."""
        if self.state != "closed" or self.closed_at is None:
            return False
        return now >= self.closed_at + timedelta(days=self.settings.retention_days)

    def keys_proven(self) -> bool:
        """Whether every recipient has opened a test message (design, section 9)."""
        opened = {proof.recipient for proof in self.key_proofs if proof.opened}
        return len(self.settings.recipients) >= 2 and opened.issuperset(self.settings.recipients)
