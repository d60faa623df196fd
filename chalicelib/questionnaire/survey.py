"""A survey's life: its settings, its state, and the numbers of its versions and editions."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.questionnaire.base import WEB_LINK, DayOfThisCentury, Frozen, Identifier, Printable, SurveyId, Text
from chalicelib.questionnaire.support import Contact, SupportLine

#: Each crosstab is one more look at the same small groups (disclosure, rule 2).
MAXIMUM_CROSSED = 5
MAXIMUM_SUPPORT = 10
#: Settings that are no promise: they may change while the survey is open.
MENDABLE = frozenset({"support", "contact", "population", "recruitment", "sponsor", "limits"})

#: Read as they stand after "it is". A purge or a deletion that an operator began may be cut short: until it has ended,
#: the record says so.
State = Literal["draft", "test", "open", "closed", "being purged", "purged", "being deleted"]

#: How long after closing a form that was loaded before is still accepted (design, section 8).
LATE_SENDERS = timedelta(hours=1)
#: Web processes may act on a survey record this old: they take answers for so long after it has changed.
RECORD_LIFETIME = timedelta(seconds=30)
#: Until the last answer that may still be taken is stored, and in the index, which lags.
SETTLING = timedelta(minutes=5)
COUNTING_DELAY = LATE_SENDERS + SETTLING
#: A count that comes so long after its edition's end was held up: it has answers of more than the first minutes after.
HELD_UP = timedelta(days=1)
#: The highest number that there is room for where releases are stored.
MOST_RELEASES = 999_999


class Crosstabs(Frozen):
    """Answers of groups compared: each question of ``by`` is crossed with ``group``, and none of them with another.

    Rings of crosstabs would tell small counts (disclosure, rule 2).
    """

    group: Identifier
    by: Annotated[tuple[Identifier, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_CROSSED)]


class SurveySettings(Frozen):
    """What respondents rely on (P13).

    Once the survey is open, only what is ``MENDABLE`` may change, ``closes_on`` to a later day, and ``results`` from
    held to public. Respondents to a held survey were told that its results may be announced to everybody at any time,
    and that is all which that change does. Never back: who was told that everybody sees them answered for that.
    """

    policy: Literal["protected", "exact"] = "protected"
    text: Literal["sealed", "plain"] = "sealed"
    access: Literal["open", "invitation"] = "open"
    #: When a protected survey publishes; an exact one does whenever answers came.
    releases: Literal["at_close", "monthly", "quarterly"] = "at_close"
    #: Who sees a release: everybody at once, or until it is announced only who brings an analyst's token.
    results: Literal["public", "held"] = "public"
    crosstabs: Crosstabs | None = None
    #: Whether the people who ask may sort what was written into themes, and at the end publish how many have each.
    coding: bool = False
    #: The first and the last day that it takes answers, both whole (UTC); None: from opening on, until somebody closes.
    opens_on: DayOfThisCentury | None = None
    closes_on: DayOfThisCentury | None = None
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 90
    exit_link: Annotated[str, StringConstraints(pattern=WEB_LINK, max_length=200), Printable]
    synthetic: bool = False
    #: Shown after the sections that name them, on the last page and once the survey is closed.
    support: Annotated[tuple[SupportLine, ...], Field(strict=False, max_length=MAXIMUM_SUPPORT)] = ()
    contact: Contact | None = None
    #: For the readers of results: who was to answer, how they were found and asked, who paid, and what the numbers
    #: cannot tell. No promise to respondents, and often known only later: a release has what stands when it is made.
    population: Text | None = None
    recruitment: Text | None = None
    sponsor: Text | None = None
    limits: Text | None = None
    #: age public keys ("age1…"). Two at least where text is sealed; given when the survey is published.
    recipients: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^age1[a-z0-9]{58}$")], ...],
        Field(strict=False, max_length=10),
    ] = ()

    @property
    def opens_at(self) -> datetime | None:
        """When ``opens_on`` begins in UTC: no earlier than that day begins anywhere in the Nordic countries."""
        return _start_of(self.opens_on) if self.opens_on else None

    @property
    def closes_at(self) -> datetime | None:
        """When ``closes_on`` is over in UTC, which is when it is over in the last of the Nordic countries, Iceland.

        An edition that ends with the same month or quarter ends at that moment too.
        """
        return _start_of(self.closes_on) + timedelta(days=1) if self.closes_on else None


def _start_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)


class KeyProof(Frozen):
    """That the holder of a public key can open what is sealed to it: the hash of a test message, and its return."""

    recipient: str
    message_hash: str
    opened: bool = False


class Survey(Frozen):
    """One survey as stored. ``edition`` is the batch that pending responses will be counted in."""

    id: SurveyId
    settings: SurveySettings
    state: State = "draft"
    #: The latest version that respondents meet, and the first that any has met: the one that was opened.
    version: int = 1
    first_version: int = 1
    #: Numbers between these that nobody met: a publishing was cut short, or what waited was replaced or taken back.
    unpublished: tuple[int, ...] = ()
    #: The first version that asks what is asked now; those after it differ from it in words alone. Under ``exact``, the
    #: first of all: its versions may add to each other.
    asked_since: int = 1
    #: The first version whose answers the current edition counts: ``asked_since``, but for the turn to other questions.
    counted_since: int = 1
    #: A version that asks something else: it takes effect when the next edition begins.
    next_version: int | None = None
    #: When the questions became those of the next edition: this one waits for the last answers to the earlier ones.
    questions_changed_at: datetime | None = None
    #: Set before the batch of an edition is sealed: of a run that seals and an operator who publishes other questions,
    #: reopens or purges the survey, one comes first. What is published from then on waits for the edition after the
    #: next.
    is_sealing: bool = False
    edition: int = 1
    #: How many invitations were made since the survey was opened or before.
    invited: int = 0
    #: When the current edition began to take answers; None before opening.
    edition_began: datetime | None = None
    #: Where results are held: the latest release that everybody may see, and all before it. It only grows.
    announced: int = 0
    #: When it closed; of one that an operator purges, when that began, since late senders then have no hour any more.
    closed_at: datetime | None = None
    #: When the current edition ends while the survey stays open; None where it ends at closing.
    edition_ends: datetime | None = None
    #: Set once the last batch is dealt with, released or not; nothing is counted after it.
    finished: bool = False
    key_proofs: tuple[KeyProof, ...] = ()
    #: Counts the writes of this record, so that two writers cannot overwrite each other.
    revision: int = 0

    def next_edition_end(self, now: datetime) -> datetime | None:
        """The end of the calendar month or quarter (UTC) that ``now`` lies in; None where the edition ends at closing.

        The first one begins with the survey, the last one ends with it.
        """
        months = {"monthly": 1, "quarterly": 3}.get(self.settings.releases)
        if months is None or self.settings.policy == "exact":
            return None
        opens_at, closes_at = self.settings.opens_at, self.settings.closes_at
        begins = max(now, opens_at) if opens_at else now
        month = begins.month - 1 - (begins.month - 1) % months + months
        ends = datetime(begins.year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        return None if closes_at and closes_at <= ends else ends

    def at(self, now: datetime) -> "Survey":
        """The record as it holds at ``now``: an open survey whose last day is over is closed since then.

        So it is for every process at that moment, whether or not the scheduled function has written it down.
        """
        closes_at = self.settings.closes_at
        return self.closed(closes_at) if self.state == "open" and closes_at and closes_at <= now else self

    def closed(self, at: datetime) -> "Survey":
        """The record once the survey has closed; what waits for the next edition never takes effect."""
        return self.model_copy(update={"state": "closed", "closed_at": at, "next_version": None})

    def reopened(self) -> "Survey":
        """The record as if the survey had not closed: an edition that would have ended meanwhile is over, and due."""
        return self.model_copy(update={"state": "open", "closed_at": None})

    @property
    def may_reopen_until(self) -> datetime | None:
        """When the hour for late senders is over; None where it is open, or closed as respondents were told (P13)."""
        closes_at = self.settings.closes_at
        if self.state != "closed" or self.closed_at is None or (closes_at and closes_at <= self.closed_at):
            return None
        end = self.closed_at + LATE_SENDERS
        return min(end, closes_at) if closes_at else end

    def being_purged(self, now: datetime) -> "Survey":
        """The record from when on an operator's purge is under way: nothing is taken, counted or published any more."""
        return self.closed(now).model_copy(update={"state": "being purged"})

    @property
    def is_purged(self) -> bool:
        """Whether its answers are deleted, or about to be; what was published stays."""
        return self.state in ("being purged", "purged")

    @property
    def was_opened(self) -> bool:
        """Whether people may have answered it."""
        return self.state not in ("draft", "test", "being deleted")

    def under(self, settings: SurveySettings, now: datetime) -> "Survey":
        """The record under other ``settings``: with another last day the current edition may end otherwise.

        One that is over already ends as it was to.
        """
        changed = self.model_copy(update={"settings": settings})
        if self.state != "open" or (self.edition_ends and self.edition_ends <= now):
            return changed
        return changed.model_copy(update={"edition_ends": changed.next_edition_end(now)})

    def is_awaited(self, now: datetime) -> bool:
        """Whether the survey was opened for a later day: nobody is asked anything yet."""
        opens_at = self.settings.opens_at
        return self.state == "open" and opens_at is not None and now < opens_at

    def months_of_edition(self, now: datetime) -> tuple[str, str]:
        """The first and the last month (UTC) in which the current edition took answers by ``now``, as "2026-03".

        What results tell of when people answered: no day, so that nobody's is told. What comes between the end of an
        edition and its count is counted in it; only of a count that was held up does its month tell of that.
        """
        began, opens_at = self.edition_began or now, self.settings.opens_at
        last = min(now, self.closed_at - timedelta.resolution) if self.closed_at else now
        if self.edition_ends and last < self.edition_ends + HELD_UP:
            last = min(last, self.edition_ends - timedelta.resolution)
        first = min(last, max(began, opens_at) if opens_at else began)
        return f"{first:%Y-%m}", f"{last:%Y-%m}"

    @property
    def last_day(self) -> str | None:
        """The last day (UTC) on which a survey that is closed took answers."""
        return (self.closed_at - timedelta.resolution).date().isoformat() if self.closed_at else None

    @property
    def releases(self) -> int:
        """How many releases there are: the edition moves on with each."""
        return self.edition - 1

    @property
    def is_never_published(self) -> bool:
        """Whether no table holds any answer, or ever will: its last batch is dealt with, and there is no release."""
        return self.finished and not self.releases

    @property
    def is_told_never_published(self) -> bool:
        """Whether everybody may be told that: of held results, who is not told it would know that there are some."""
        return self.is_never_published and self.settings.results == "public"

    @property
    def held(self) -> range:
        """The numbers of the releases that are still to be announced."""
        first = self.announced + 1 if self.settings.results == "held" else self.edition
        return range(first, self.edition)

    @property
    def published(self) -> tuple[int, ...]:
        """Numbers of the versions that respondents may answer, or before opening try out, the oldest first."""
        first = self.first_version if self.was_opened else self.version
        return tuple(number for number in range(first, self.version + 1) if number not in self.unpublished)

    def has_published(self, version: int) -> bool:
        """Whether respondents may answer ``version``: one that was open, never a draft before it."""
        return version in self.published

    def takes(self, version: int) -> bool:
        """Whether a submission made with ``version`` is accepted as it is: it asks what is asked now."""
        return self.has_published(version) and version >= self.asked_since

    @property
    def counted_versions(self) -> tuple[int, ...]:
        """Versions whose answers the current edition counts, the oldest first; others wait for the next edition.

        Protected, all of them ask the same.
        """
        end = self.version + 1 if self.questions_changed_at is None else self.asked_since
        return tuple(number for number in self.published if self.counted_since <= number < end)

    def counts(self, version: int) -> bool:
        """Whether the current edition is that of answers to ``version``; if not, they belong to the next."""
        return version in self.counted_versions

    def showing(self, version: int) -> "Survey":
        """The record from when on respondents meet ``version``; what waited does so no more."""
        between = range(self.version + 1, version)
        return self.model_copy(
            update={"version": version, "unpublished": (*self.unpublished, *between), "next_version": None}
        )

    def asking(self, version: int, now: datetime) -> "Survey":
        """The record from when on respondents are asked what ``version`` asks, which begins with the next edition."""
        return self.showing(version).model_copy(update={"asked_since": version, "questions_changed_at": now})

    def in_next_edition(self, now: datetime) -> "Survey":
        """The record once the release of the current edition is stored."""
        return self.model_copy(
            update={
                "edition": self.edition + 1,
                "edition_began": now,
                "edition_ends": self.next_edition_end(now),
                "counted_since": self.asked_since,
                "questions_changed_at": None,
                "is_sealing": False,
            }
        )

    @property
    def due_at(self) -> datetime | None:
        """When the current edition may be counted; None where that is at any time, or not before closing."""
        if self.closed_at:
            return self.closed_at + COUNTING_DELAY
        if self.edition_ends and self.questions_changed_at:
            return max(self.edition_ends, self.questions_changed_at + SETTLING)
        return self.edition_ends

    def accepts(self, now: datetime, form_issued_at: datetime | None) -> bool:
        """Whether a submission is taken now.

        After closing, only a form that was loaded before counts, and only for an hour: whoever was filling it in
        does not lose their work. The API has no form, so it ends at closing.
        """
        if self.state in ("open", "test"):
            return not self.is_awaited(now)
        if self.state != "closed" or self.closed_at is None or form_issued_at is None:
            return False
        return form_issued_at <= self.closed_at + RECORD_LIFETIME and now < self.closed_at + LATE_SENDERS

    def is_expired(self, now: datetime) -> bool:
        """Whether its records are due to be deleted."""
        return self.state == "closed" and self.purge_due is not None and self.purge_due <= now

    @property
    def purge_due(self) -> datetime | None:
        """When its records have to go: at the end of the retention, or since an operator said so; None once they went.

        None too before it closes.
        """
        if self.closed_at is None or self.state == "purged":
            return None
        is_now = self.state == "being purged"
        return self.closed_at if is_now else self.closed_at + timedelta(days=self.settings.retention_days)

    def keys_proven(self) -> bool:
        """Whether every recipient has opened a test message (design, section 9)."""
        opened = {proof.recipient for proof in self.key_proofs if proof.opened}
        return len(self.settings.recipients) >= 2 and opened.issuperset(self.settings.recipients)
