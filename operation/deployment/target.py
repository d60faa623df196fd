"""What a package is built for: a processor and a Python, and what tells their wheels and libraries from others."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from operation.errors import OperatorError

#: An ELF file names its processor in two bytes at this place (System V ABI, chapter 4).
_MACHINE_AT = 18
_ELF = b"\x7fELF"


class Architecture(Enum):
    """A processor that Lambda has, by CloudFormation's name for it."""

    ARM64 = "arm64"
    X86_64 = "x86_64"

    @property
    def machine(self) -> str:
        """Its name in the tags of wheels and libraries."""
        return "aarch64" if self is Architecture.ARM64 else self.value

    @property
    def elf_number(self) -> int:
        """Its number in ELF files (``e_machine``)."""
        return 183 if self is Architecture.ARM64 else 62


@dataclass(frozen=True)
class Target:
    """Where a package runs. The default is Lambda's: ARM costs a fifth less a second than x86 there."""

    architecture: Architecture = Architecture.ARM64
    python: tuple[int, int] = (3, 13)

    @classmethod
    def here(cls) -> Target:
        """This machine, and the Python that runs this. Raises :class:`OperatorError` on one that Lambda has not."""
        machine = platform.machine().lower().replace("amd64", "x86_64")
        for architecture in Architecture:
            if machine in (architecture.machine, architecture.value):
                return cls(architecture, sys.version_info[:2])
        raise OperatorError(f"Lambda has no {machine}. Rehearse on a machine with x86_64 or arm64.")

    def __str__(self) -> str:
        return f"{self.architecture.value}, Python {self.version}"

    @property
    def version(self) -> str:
        """Its Python: "3.13"."""
        return ".".join(map(str, self.python))

    @property
    def runtime(self) -> str:
        """Lambda's name for its Python: "python3.13"."""
        return f"python{self.version}"

    @property
    def tag(self) -> str:
        """Its Python in the tags of wheels: "cp313"."""
        return f"cp{''.join(map(str, self.python))}"

    @property
    def platforms(self) -> Iterator[str]:
        """The platforms whose wheels run there. From Python 3.12 on Lambda has glibc 2.34, before 2.26."""
        for glibc in ("2_34", "2_28", "2_26", "2_17") if self.python >= (3, 12) else ("2_26", "2_17"):
            yield f"manylinux_{glibc}_{self.architecture.machine}"
        yield f"manylinux2014_{self.architecture.machine}"

    @property
    def library_endings(self) -> tuple[str, str]:
        """How a native library's name ends that this Python may load."""
        return f".cpython-{self.tag[2:]}-{self.architecture.machine}-linux-gnu.so", ".abi3.so"

    def require_own(self, libraries: Iterable[Path]) -> None:
        """Raise :class:`OperatorError` where one of ``libraries`` is of another processor or Python."""
        for library in libraries:
            if not library.name.endswith(self.library_endings) or not self._is_own(library):
                raise OperatorError(f"{library.name} does not run on {self}. Remove build/wheels, then package again.")

    def _is_own(self, library: Path) -> bool:
        with library.open("rb") as file:
            head = file.read(_MACHINE_AT + 2)
        return head.startswith(_ELF) and int.from_bytes(head[_MACHINE_AT:], "little") == self.architecture.elf_number

    def interpreter(self) -> list[str] | None:
        """The start of a command that runs this target's Python on this machine; None where it is not installed."""
        if self.python == sys.version_info[:2]:
            return [sys.executable]
        found = shutil.which(self.runtime)
        return [found] if found and self._is_run_by(found) else None

    def _is_run_by(self, program: str) -> bool:
        check = f"import sys; sys.exit(sys.implementation.name != 'cpython' or sys.version_info[:2] != {self.python})"
        done = subprocess.run(  # noqa: S603  # no input is in it
            [program, "-c", check], env=self.environment(), capture_output=True, check=False
        )
        return done.returncode == 0

    def environment(self) -> dict[str, str]:
        """The environment in which :meth:`interpreter` runs: pyenv's stand-ins choose a version by it."""
        return {**os.environ, "PYENV_VERSION": self.version}
