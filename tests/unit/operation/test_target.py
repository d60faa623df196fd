"""What a package is built for."""

from __future__ import annotations

import subprocess
import sys

from operation.deployment.target import Target


def test_without_a_python_of_the_target_there_is_none_to_compile_with() -> None:
    assert Target(python=(3, 99)).interpreter() is None


def test_the_python_that_compiles_is_of_the_target_s_version() -> None:
    interpreter = Target.here().interpreter()
    assert interpreter is not None
    told = subprocess.run([*interpreter, "-V"], capture_output=True, text=True, check=True).stdout
    assert told.startswith(f"Python {sys.version_info.major}.{sys.version_info.minor}.")


def test_wheels_of_an_older_glibc_run_too_but_none_of_a_newer() -> None:
    assert list(Target(python=(3, 11)).platforms) == [
        "manylinux_2_26_aarch64",
        "manylinux_2_17_aarch64",
        "manylinux2014_aarch64",
    ]
    assert "manylinux_2_34_aarch64" in Target().platforms
