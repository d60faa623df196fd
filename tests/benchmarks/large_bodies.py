"""What the worst forms cost in CPU, and the page that brings them back (``python -m tests.benchmarks.large_bodies``).

The mark is 300 ms of one submission, and 6 MiB of a reply of Lambda.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from app import app
from chalicelib import services as services_module
from chalicelib.responses.decoding import MAXIMUM_FIELDS, MAXIMUM_FORM
from chalicelib.services import Services
from operation.local.moto_engine import moto_database
from tests.builders import FORM_TYPE, Browser, FakeClock, a_question, an_open_survey, options

MARK, LARGEST_REPLY = 300, 6 * 1024 * 1024
TEXTS = 40


def survey_of_many_texts(services: Services) -> None:
    """Every text as long as may be, long lists, and a condition on each question."""
    condition = {"question": "asked", "equals": "yes"}
    codes = [f"c{number}" for number in range(20)]
    an_open_survey(
        services,
        a_question("yes_no", id="asked"),
        *(a_question("long_text", id=f"t{number}", show_if=condition) for number in range(TEXTS)),
        *(a_question("ranking", id=f"r{number}", options=options(*codes), most=None) for number in range(10)),
        a_question("multiple_choice", id="many", options=options(*(f"o{number}" for number in range(150)))),
        survey="many-texts",
    )


def filled(unit: bytes, fields: int = 1, head: bytes = b"") -> bytes:
    """A body of the largest size, of as many texts made of ``unit``."""
    room = (MAXIMUM_FORM - len(head)) // fields - 6
    texts = (b"t%d=%s" % (number, unit * (room // len(unit))) for number in range(fields))
    return head + b"&".join(texts)


def bodies(token: str) -> Mapping[str, bytes]:
    """The worst bodies, by what they are made of."""
    head = urlencode({"_token": token, "asked": "yes"}).encode() + b"&"
    ranks = urlencode({f"r{number}.c{code}": "20" for number in range(10) for code in range(20)}).encode() + b"&"
    return {
        "letters, one text": filled(b"a", head=head),
        "letters, all texts": filled(b"a", TEXTS, head),
        "Arabic, percent escapes": filled(b"%D9%85", TEXTS, head),
        "Arabic, raw": filled("م".encode(), TEXTS, head),
        "marks, percent escapes": filled(b"a" + b"%CC%81%CC%A3" * 15, TEXTS, head),
        "marks, raw": filled("\u0301\u0323".encode(), TEXTS, head),
        "marks that fall apart": filled("\u0344".encode(), TEXTS, head),
        "ligature that grows (NFKC)": filled("\ufdfa".encode(), TEXTS, head),
        "ampersands": filled(b"%26", TEXTS, head),
        "raw quotes": filled(b"'", TEXTS, head),
        "bare percent signs": filled(b"%", TEXTS, head),
        "bare percent signs, letters": filled("å%".encode(), TEXTS, head),
        "escapes between letters": filled(b"a%41", TEXTS, head),
        "raw controls": filled(b"\x01", TEXTS, head),
        "unseen": filled("\u200b".encode(), TEXTS, head),
        "lines": filled(b"%0D%0A", TEXTS, head),
        "emoji": filled(b"%F0%9F%98%80", TEXTS, head),
        "most fields": head + b"&".join([b"many=o1"] * (MAXIMUM_FIELDS - 3)),
        "all ranks the same": filled(b"a", 20, head + ranks),
        "earlier answers": head + b"_earlier_answers=" + b"%26" * ((MAXIMUM_FORM - len(head)) // 3 - 10),
        "language changed": filled(b"%D9%85", TEXTS, head + b"_switch=en&_checked=1&"),
        "no UTF-8": filled(b"%FF", TEXTS, head),
        "too large": filled(b"a", head=head) + b"a" * 4_000_000,
    }


def an_event(body: bytes) -> dict[str, Any]:
    """The event of a form that is sent."""
    import base64

    route = "/s/{survey}"
    return {
        "resource": route,
        "path": "/s/many-texts",
        "requestContext": {"resourcePath": route, "path": "/s/many-texts", "httpMethod": "POST"},
        "headers": {"Content-Type": FORM_TYPE},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"survey": "many-texts"},
        "stageVariables": None,
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def lines() -> Iterator[str]:
    """A line for each body."""
    with moto_database("large") as database:
        services = Services.on(database, FakeClock())
        services_module.use(services)
        survey_of_many_texts(services)
        browser = Browser(None, services)  # type: ignore[arg-type]  # only its tokens are used
        for name, body in bodies(browser.token("many-texts")).items():
            event = an_event(body)
            cost, reply = min((measured(event) for _ in range(3)), key=lambda pair: pair[0])
            size = len(json.dumps(reply))
            missed = ", missed" if cost > MARK or size > LARGEST_REPLY else ""
            status = reply["statusCode"]
            yield f"{name:28} {len(body):9,} bytes: {status}, {cost:6.1f} ms CPU, reply of {size:9,} bytes{missed}"


def measured(event: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """Milliseconds of CPU, and the reply."""
    start = time.process_time_ns()
    reply: dict[str, Any] = app(event, None)
    return (time.process_time_ns() - start) / 1e6, reply


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
