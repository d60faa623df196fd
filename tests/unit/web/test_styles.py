"""Styles in pages: short, not to be broken out of, and named by their hash."""

from __future__ import annotations

import base64
import hashlib
import re

from chalicelib.web.assets import assets, source_of
from chalicelib.web.styles import Style, common_style, content_security_policy, shortened


def test_a_style_is_shorter_by_comments_and_by_blanks_that_mean_nothing_alone() -> None:
    css = "/* One\n  more */\na,\n  b { color: red; /* why */ }\n\n@media print {\n  a { margin: 0; }\n}\n"
    assert shortened(css) == "a,b{color:red}@media print{a{margin:0}}"


def test_every_rule_of_the_common_style_is_left() -> None:
    whole = re.sub(r"/\*.*?\*/", "", source_of("common.css") + source_of("style.css"), flags=re.S)
    assert "".join(common_style().text.split()) == "".join(whole.split()).replace(";}", "}")


def test_nothing_in_a_style_ends_its_element() -> None:
    style = Style('a[href="</style><script>"] { }')
    assert "<" not in style.rules
    assert style.rules == r'a[href="\3c /style>\3c script>"] { }'


def test_policy_names_the_hash_of_what_stands_in_the_element() -> None:
    style = Style("a { }")
    digest = base64.b64encode(hashlib.sha256(b"a { }").digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}';" in content_security_policy([style])
    assert "sha256" not in content_security_policy()


def test_style_of_every_page_is_no_file_besides() -> None:
    assert {name.partition(".")[0] for name in assets()} == {"icon", "leave"}
