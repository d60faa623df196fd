"""The questionnaires of the library as a network would use them: with somebody to turn to."""

from __future__ import annotations

from operation.gallery import LIBRARY, exhibit

LANGUAGES = ("en", "sv", "nb", "fi", "is", "ar")
_LABEL = ", ".join(f'{language}: "A helpline"' for language in LANGUAGES)
SUPPORT = f'  support:\n    - {{id: helpline, label: {{{_LABEL}}}, telephone: "+46 20 50 50 50"}}\n'


def written(name: str) -> str:
    """The file of a questionnaire, to the word."""
    return (LIBRARY / f"{name}.yaml").read_text("utf-8")


def with_support(text: str) -> str:
    """``text`` of a definition with a line of support."""
    return text.replace("settings:\n", f"settings:\n{SUPPORT}", 1)


def usable(name: str) -> str:
    """The file of a questionnaire, with a line of support where `check` refuses it without."""
    return with_support(written(name)) if exhibit(name).awaits_support else written(name)
