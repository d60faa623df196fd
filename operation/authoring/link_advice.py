"""What is wrong with a link, or with an address for mail, that does not fit: the real reason, and what to write."""

from __future__ import annotations

import re

from chalicelib.questionnaire.base import EMAIL, WEB_LINK

LINK_WANTED = "Write a link here that begins with https://."
MAIL_WANTED = "Write an address here, as in office@example.org."
_HTTPS = "https://"
#: Letters that the stdlib's older reading of host names (IDNA 2003) takes for others: its host may be somebody else's.
_READ_ANEW = re.compile("[ßς\u200c\u200d]")
#: As pages need it (questionnaire.base, WEB_LINK): what a link may have after its host, and no other sign.
_UNFIT = re.compile(r"[\s\"'<>\\]")


def link_advice(link: str) -> str:
    """Why ``link`` is refused."""
    if not link.startswith(_HTTPS) or not link.isprintable():
        return LINK_WANTED
    host, sign, rest = _split(link.removeprefix(_HTTPS))
    if found := _UNFIT.search(link):
        shown = "a space" if found.group().isspace() else f"the sign {found.group()}"
        return f"A link cannot have {shown} in it. Copy it from your browser's address line."
    if "@" in host:
        return "A link cannot have a name before its host, with an @: others could be meant. Remove it."
    if not host.isascii():
        return _host_advice(host, _HTTPS, f"{sign}{rest}", WEB_LINK)
    if host and sign and sign != "/":
        return f"A / is missing after the host: {_HTTPS}{host}/{sign}{rest}."
    return f"“{host}” is no name of a host. Write a link as in https://example.org/." if host else LINK_WANTED


def mail_advice(address: str) -> str:
    """Why ``address`` is refused."""
    name, _, host = address.rpartition("@")
    if not name or not name.isascii() or host.isascii() or not address.isprintable():
        return MAIL_WANTED
    return _host_advice(host, f"{name}@", "", EMAIL)


def _split(rest: str) -> tuple[str, str, str]:
    """The host with its port, the sign that ends it, and what follows that."""
    found = re.search(r"[/?#]", rest)
    return (rest[: found.start()], found.group(), rest[found.end() :]) if found else (rest, "", "")


def _host_advice(host: str, before: str, after: str, fitting: str) -> str:
    """That hosts are named in ASCII here, and how: letters that only look alike would lead somewhere else."""
    name, colon, port = host.partition(":")
    try:
        written = "" if _READ_ANEW.search(name) else name.encode("idna").decode("ascii")
    except UnicodeError:
        written = ""
    whole = f"{before}{written}{colon}{port}{after}"
    is_sure = bool(written and re.fullmatch(fitting, whole))
    advice = f"Write it as links have it: {whole}" if is_sure else "Write it as links have it, beginning with xn--"
    return f"The host “{name}” has other letters than a to z. {advice}."
