"""Links that were changed on their way: into capitals, by the full stop of a sentence, by signs that nobody sees."""

from __future__ import annotations

import functools
import re
import unicodedata
from urllib.parse import quote, unquote, urlencode

from chalice.app import Request, Response

from chalicelib.collection import find_published
from chalicelib.errors import Refused
from chalicelib.services import current
from chalicelib.web.http import GET, GREEDY, Call, View, current_request

#: The pages of a survey that links lead to.
_PAGE = re.compile(r"s/([a-z][a-z0-9-]{2,59})(?:/(?:results(?:/[1-9][0-9]{0,5})?|withdraw))?")
#: Of an address that can have been meant as one of these: more would be costly to read.
_LONGEST = 300
#: Of a query that goes along in a header, of which proxies take some 8 KB.
_LONGEST_QUERY = 4000
#: Signs out of sight and blanks, by their categories (Unicode, section 4.5), of which a link has none.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Mn", "Zs", "Zl", "Zp"})


def forgiving(view: View) -> View:
    """A page that, where nothing is found, leads on to the survey's page that the link was meant for, if there is one.

    For GET and HEAD: what is posted comes from a page, whose address is right. It leads nowhere but to own pages.
    """

    @functools.wraps(view)
    def forgiven(call: Call, **path: str) -> Response:
        try:
            return view(call, **path)
        except Refused as error:
            meant = _meant(current_request.get(), call) if error.status == 404 else None
            if meant is None:
                raise
            return Response("", {"Location": f"{call.root}{meant}"}, 302)

    return forgiven


def _meant(request: Request, call: Call) -> str | None:
    """The address below the root that a link to the path of ``request`` was meant for; None if it is no other."""
    path = unquote(path_of(request))
    meant, query = tidy(path), urlencode(call.query)
    if request.method not in GET or meant is None or meant == path or len(query) > _LONGEST_QUERY:
        return None
    try:
        find_published(current(), meant.split("/")[1], call.query.get("token"))
    except Refused:
        return None
    return quote(meant) + (f"?{query}" if query else "")


def tidy(path: str) -> str | None:
    """``path`` in small letters, without signs out of sight, and without what stands behind it; None if no page is so.

    No page of a survey ends in a sign; what ends in a hyphen is found as it is.
    """
    if len(path) > _LONGEST:
        return None
    folded = unicodedata.normalize("NFKC", path).lower()
    seen = "".join(sign for sign in folded if unicodedata.category(sign) not in _UNSEEN)
    meant = re.sub(r"[^a-z0-9]+$", "", seen)
    return meant if _PAGE.fullmatch(meant) else None


def path_of(request: Request) -> str:
    """The path below the root, without slashes at its ends, percent-encoded as it came."""
    route: str = request.context["resourcePath"]
    given: dict[str, str] = request.uri_params or {}
    if route == GREEDY:
        return "".join(given.values())
    for name, value in given.items():
        route = route.replace(f"{{{name}}}", value)
    return route.strip("/")
