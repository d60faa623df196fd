"""Names of a workbook as ids and codes of ours: small letters, digits and _."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

#: Letters of an id or a code.
_LONGEST = 40


def as_code(name: str, taken: Iterable[str] = ()) -> str:
    """``name`` as a code that is none of those ``taken``; "" where nothing of it can be one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _free(re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST], {*taken})


def as_id(name: str, taken: Iterable[str] = ()) -> str:
    """``name`` as an id, which begins with a letter."""
    code = name if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) else as_code(name)
    return _free((code if code[:1].isalpha() else f"q_{code}".rstrip("_"))[:_LONGEST], {*taken})


def codes_of(names: Iterable[str]) -> Mapping[str, str]:
    """A code for each of ``names``, those that are codes already keeping theirs; of other scripts “choice_2”."""
    wanted = list(dict.fromkeys(names))
    found = {name: name for name in wanted if re.fullmatch(r"[a-z0-9][a-z0-9_]{0,39}", name)}
    for name in wanted:
        if name not in found:
            found[name] = as_code(name, found.values()) or _free("choice", {*found.values()})
    return found


def _free(name: str, taken: set[str]) -> str:
    if not name or name not in taken:
        return name
    numbered = (f"{name[: _LONGEST - 5]}_{number}" for number in range(2, 10_000))
    return next(each for each in numbered if each not in taken)
