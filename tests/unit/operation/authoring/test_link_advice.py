"""Why a link or an address is refused: the real reason, and what to write, which is then taken."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.questionnaire.base import EMAIL, WEB_LINK
from operation.authoring.link_advice import LINK_WANTED, MAIL_WANTED, link_advice, mail_advice

XN = "beginning with xn--"


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("https://räv.se", ": https://xn--rv-via.se."),
        ("https://räv.se/å?x=1#y", ": https://xn--rv-via.se/å?x=1#y."),
        ("https://RÄV.se:8443/{}", ": https://xn--rv-via.se:8443/{}."),
        # By the newer rules (IDNA 2008) this is another host than the stdlib says.
        ("https://faß.de", XN),
        ("https://a..ö", XN),
        ("https://" + "ö" * 70 + ".se", XN),
        ("https://a@ö.se/", "with an @"),
        ("https://good.example@evil.example/", "with an @"),
        ("https://evil.example\\@good.example/", "the sign \\ in it"),
        ("https://a.example/a b", "a space in it"),
        ('https://a.example/"', 'the sign " in it'),
        ("https://a.example?x=1", ": https://a.example/?x=1."),
        ("https://a.example#x", ": https://a.example/#x."),
        ("https://a_b.example/", "“a_b.example” is no name of a host."),
        ("https://a.example:port/", "“a.example:port” is no name of a host."),
        ("https:///x", LINK_WANTED),
        ("http://a.example", LINK_WANTED),
        ("räv.se", LINK_WANTED),
        ("https://a\u202e.example", LINK_WANTED),
        ("", LINK_WANTED),
    ],
)
def test_a_link_is_refused_for_its_real_reason(link: str, said: str) -> None:
    assert not re.match(WEB_LINK, link)
    assert said in link_advice(link)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("info@räv.se", ": info@xn--rv-via.se."),
        ("info@faß.de", XN),
        ("info@räv", XN),
        ("ä@räv.se", MAIL_WANTED),
        ("@räv.se", MAIL_WANTED),
        ("mailto:info@a.example", MAIL_WANTED),
        ("räv", MAIL_WANTED),
    ],
)
def test_an_address_is_refused_for_its_real_reason(address: str, said: str) -> None:
    assert not re.match(EMAIL, address)
    assert said in mail_advice(address)


@given(st.text(max_size=40))
def test_advice_can_be_printed_and_what_it_writes_is_taken(rest: str) -> None:
    said = link_advice(f"https://{rest}")
    assert said.isprintable()
    if written := re.search(r"(?:have it|after the host): (https://\S+)\.$", said):
        assert re.match(WEB_LINK, written.group(1)) or not re.match(r"[A-Za-z0-9]", rest)


@given(st.text("räöabåßς.", min_size=1, max_size=12))
def test_a_host_that_is_written_anew_is_the_same_host(name: str) -> None:
    if written := re.search(r"have it: https://(\S+)\.$", link_advice(f"https://{name}.se")):
        assert written.group(1).encode().decode("idna") == f"{name}.se"
