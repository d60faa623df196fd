"""Who asks for results, and what they may see: everything that shows a release asks here.

Where results are held, the public is answered from what is announced, as if there were no more: what is held is not
even read for it, so that no status, byte, tag or time tells that there is any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, unique
from typing import TYPE_CHECKING

from chalicelib.collection import find_published
from chalicelib.errors import Refusal, Refused, TokenRefused, Translate
from chalicelib.locale import translator
from chalicelib.publication.tokens import AnalystToken, digest_in, digest_of, is_session_of
from chalicelib.questionnaire.survey import MOST_RELEASES, Survey
from chalicelib.services import Services, current
from chalicelib.web.http import PUBLIC_RESULTS, Call

if TYPE_CHECKING:
    from chalicelib.publication.release import Release
    from chalicelib.publication.worded import WordedRelease

#: What a reply depends on that is not the same for all.
_BY_READER = "Authorization, Cookie"
#: Of what a token opened: kept by nobody, and by no server between (RFC 9111, section 5.2.2).
PRIVATE_RESULTS: Mapping[str, str] = {"Cache-Control": "private, no-store", "Vary": _BY_READER}
#: What can be wrong where :func:`opened` is asked for a release.
OPENING = (Refusal.UNKNOWN_SURVEY, Refusal.NO_RELEASE, Refusal.UNKNOWN_LANGUAGE, TokenRefused)


@unique
class Reader(Enum):
    """Who asks for results: anybody, a program that brings an analyst's token, or an analyst who signed in."""

    PUBLIC = "public"
    PROGRAM = "program"
    SIGNED_IN = "signed in"


@dataclass(frozen=True)
class Access:
    """What a page of held results says of who sees them, and where one signs in or out, relative to the page."""

    is_held: bool
    sign_in: str | None
    sign_out: str | None


def reader_of(call: Call, survey: Survey) -> Reader:
    """Who asks, by the Authorization header, or else by the cookie of who signed in.

    A header that opens nothing raises :class:`TokenRefused`; a cookie that does is the public's, since it ends by
    itself. Where everybody sees the results, neither is looked at. No token is ever taken from an address, which
    histories and logs keep: the ``token`` there is that of a rehearsal.
    """
    if survey.settings.results == "public":
        return Reader.PUBLIC
    services, header = current(), call.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.strip().partition(" ")
        accepted_token(services, survey, token if scheme.lower() == "bearer" else "")
        return Reader.PROGRAM
    return Reader.SIGNED_IN if _is_signed_in(services, survey, session_in(call, survey)) else Reader.PUBLIC


def accepted_token(services: Services, survey: Survey, token: str) -> AnalystToken:
    """What is stored of a ``token``; raises :class:`TokenRefused` whatever is wrong with it, after the same work.

    It is looked up by its digest, of which nobody can choose the first digits to learn the next by the time it takes.
    """
    found = services.access.token(survey.id, digest_of(token.strip()))
    if found is None or services.clock() >= found.ends_at:
        raise TokenRefused
    return found


def cookie_name(survey: Survey) -> str:
    """The cookie of who signed in. Browsers take one of such a name from this very host alone, for all of its paths."""
    return f"__Host-results-{survey.id}"


def session_in(call: Call, survey: Survey) -> str | None:
    """What the survey's cookie holds; None where there is none, or two, of which one would be somebody else's."""
    pairs = (pair.partition("=") for pair in call.headers.get("cookie", "").split(";"))
    found = [value.strip() for name, _, value in pairs if name.strip() == cookie_name(survey)]
    return found[0] if len(found) == 1 else None


def _is_signed_in(services: Services, survey: Survey, session: str | None) -> bool:
    """Looked up at each request, so that a token that is revoked opens nothing from that moment on."""
    digest = digest_in(session) if session else None
    token = services.access.token(survey.id, digest) if digest else None
    return bool(session and token and is_session_of(token, session, survey.id, services.clock()))


@dataclass(frozen=True)
class Opened:
    """A release in the language that is asked for; ``headers``: how long who may keep what is made of it."""

    worded: WordedRelease
    headers: Mapping[str, str]


def opened(call: Call, survey: str, release: str, words: Callable[[str], Translate] = translator) -> Opened:
    """A release by number or ``latest``, if whoever asks may see it; ``words``: the interface's in a language.

    Raises :class:`Refused`.
    """
    from chalicelib.publication.worded import WordedRelease

    services = current()
    found_survey = find_published(services, survey, call.query.get("token"))
    reader = reader_of(call, found_survey)
    found = visible_release(services, found_survey, reader, release)
    language = call.language_asked_for(list(found.languages))
    return Opened(WordedRelease.of(found, language, words(language)), caching(found_survey, reader))


def visible_release(services: Services, survey: Survey, reader: Reader, name: str) -> Release:
    """The release called ``name``, a number or ``latest``, if ``reader`` may see it.

    Raises :class:`Refused`, whether there is none or it is held.
    """
    number = _number(name)
    if name != "latest" and not number:
        raise Refused(
            Refusal.NO_RELEASE,
            "A release is called by its number, from 1 on and without zeros before it, or latest: one at a time.",
        )
    if name == "latest":
        found = latest_visible(services, survey, reader)
    else:
        found = services.surveys.release(survey.id, number) if number <= _most(survey, reader) else None
    if found is None:
        raise Refused(Refusal.NO_RELEASE, "There is no release of this number yet, or none at all.")
    return found


def visible_number(survey: Survey, reader: Reader, name: str) -> int | None:
    """The number of the release called ``name``, if there is one that ``reader`` may see: by the record alone."""
    most = min(survey.releases, _most(survey, reader))
    number = most if name == "latest" else _number(name)
    return number if 1 <= number <= most else None


def _number(name: str) -> int:
    """The number that ``name`` writes, without a zero before it; 0 where it writes none."""
    is_number = name.isascii() and name.isdigit() and len(name) <= len(str(MOST_RELEASES)) and name[0] != "0"
    return int(name) if is_number else 0


def latest_visible(
    services: Services, survey: Survey, reader: Reader, before: int = MOST_RELEASES + 1
) -> Release | None:
    """The latest release of a number below ``before`` that ``reader`` may see, if any: one request."""
    most = _most(survey, reader)
    return services.surveys.latest_release(survey.id, min(before, most + 1)) if most else None


def _most(survey: Survey, reader: Reader) -> int:
    """The highest number that ``reader`` may see a release of, whether or not there is one."""
    is_limited = survey.settings.results == "held" and reader is Reader.PUBLIC
    return survey.announced if is_limited else MOST_RELEASES


def caching(survey: Survey, reader: Reader) -> Mapping[str, str]:
    """Who may keep what ``reader`` is shown of a release. What the public is shown must not be kept for an analyst."""
    if reader is not Reader.PUBLIC:
        return PRIVATE_RESULTS
    if survey.settings.results == "public":
        return PUBLIC_RESULTS
    return {**PUBLIC_RESULTS, "Vary": f"{PUBLIC_RESULTS['Vary']}, {_BY_READER}"}


def access_of(root: str, survey: Survey, reader: Reader, language: str, number: int | None) -> Access | None:
    """What a page of the release ``number``, or of none, says of who sees it; None where everybody does."""
    if survey.settings.results == "public":
        return None
    pages = f"{root}s/{survey.id}/results/"
    return Access(
        is_held=number is not None and number in survey.held,
        sign_in=f"{pages}sign-in?lang={language}" if reader is Reader.PUBLIC else None,
        sign_out=f"{pages}sign-out?lang={language}" if reader is Reader.SIGNED_IN else None,
    )
