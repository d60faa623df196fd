"""Styles that stand in the page, which saves a request each, and the policy that lets them in by their hashes."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from markupsafe import Markup

from chalicelib.web.assets import source_of

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
#: Blanks beside what ends a rule or a part of one, and after a colon, where they mean nothing.
_BLANKS = re.compile(r"\s*([{};,])\s*|(:)\s+")


@dataclass(frozen=True)
class Style:
    """One ``<style>`` of a page."""

    text: str

    @cached_property
    def rules(self) -> Markup:
        """What stands in the element. Entities mean nothing there, and nothing in it can end it."""
        return Markup(self.text.replace("<", r"\3c "))  # noqa: S704  # see above

    @cached_property
    def source(self) -> str:
        """It in a Content Security Policy."""
        digest = hashlib.sha256(self.rules.encode("utf-8")).digest()
        return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


@cache
def common_style() -> Style:
    """The style of pages with a form, without comments and what lines begin with."""
    return Style(shortened(source_of("common.css") + source_of("style.css")))


@cache
def results_style() -> Style:
    """The style of pages that show results: what all pages have, and no form."""
    return Style(shortened(source_of("common.css") + source_of("results.css")))


def shortened(css: str) -> str:
    """The same rules in fewer bytes. No string of ours holds what looks like a comment or the end of a rule."""
    return _BLANKS.sub(r"\1\2", _COMMENT.sub("", css)).replace(";}", "}").strip()


def content_security_policy(styles: Iterable[Style] = ()) -> str:
    """What a page may load: its own ``styles``, files of ours, pictures that stand in it; of scripts only files."""
    allowed = " ".join(["'self'", *(style.source for style in styles)])
    return (
        f"default-src 'none'; script-src 'self'; style-src {allowed}; img-src 'self' data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )
