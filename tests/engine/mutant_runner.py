"""Runs tests of a mutant again and again: ``python -m tests.engine.mutant_runner`` in a copy of the project.

Reads a list of tests a line, as JSON, and writes what pytest says of them, then ``END`` with its exit code. Each list
runs in a process of its own, which reads the mutant anew but has the libraries already: loading these is most of what a
test costs. Nothing of the project itself may be imported here.
"""

from __future__ import annotations

import json
import os
import sys

import boto3  # noqa: F401
import chalice.test  # noqa: F401
import hypothesis.stateful  # noqa: F401
import moto.dynamodb  # noqa: F401
import pydantic  # noqa: F401
import pytest

END = "All were run: "


def main() -> None:
    """Until no more lists come."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            code = pytest.main(["-p", "no:cacheprovider", "--tb=line", *json.loads(line)])
            sys.stdout.flush()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        print(f"{END}{os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    main()
