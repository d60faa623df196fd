"""The gallery: questionnaires to begin with; what each is for, where its method is from, what it cannot tell.

These stand in the comments that a file of the library begins with, so that they go along with every copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.questionnaire.definition import Definition, Questionnaire, Section
from operation.authoring.suggestions import did_you_mean
from operation.authoring.yaml_reader import read_document
from operation.errors import OperatorError

LIBRARY = Path(__file__).parent / "library"
STARTER = "starter"
#: What the comments at the head say, each in a paragraph that begins with this word and a colon.
_TOLD = ("Purpose", "Method", "Limits")


@dataclass(frozen=True)
class Exhibit:
    """A questionnaire of the library. ``told``: what is in it, in a line; the others, one text each.

    ``awaits_support``: it names lines of support that each network has to give, and `check` refuses it until then.
    ``needs_keys``: people write in it, which is sealed to two keys.
    """

    name: str
    told: str
    purpose: str
    method: str
    limits: str
    questionnaire: Questionnaire
    awaits_support: bool
    needs_keys: bool

    @property
    def asked(self) -> int:
        """How many questions it has."""
        return sum(question.is_substantive for question in self.questionnaire.questions)


def library() -> Mapping[str, str]:
    """What each questionnaire of the library is for, in the line that it begins with, by its name."""
    return {path.stem: _paragraphs(path)[0] for path in sorted(LIBRARY.glob("*.yaml"))}


def gallery() -> list[Exhibit]:
    """Every questionnaire of the library, but for the starter, which shows how to write one."""
    return [exhibit(name) for name in library() if name != STARTER]


def exhibit(name: str) -> Exhibit:
    """One of the library. Raises :class:`OperatorError` where none has that ``name``, and says which there are."""
    path = file_of(name)
    definition = _definition(path)
    told, *others = _paragraphs(path)
    headed = dict(paragraph.split(": ", 1) for paragraph in others if paragraph.startswith(_TOLD))
    purpose, method, limits = (headed.get(word, "") for word in _TOLD)
    needs_keys = definition.questionnaire.has_text and definition.settings.text == "sealed"
    return Exhibit(
        name, told, purpose, method, limits, definition.questionnaire, _awaits_support(definition), needs_keys
    )


def file_of(name: str) -> Path:
    """The file of a questionnaire of the library; raises as :func:`exhibit` does."""
    known = library()
    if name not in known:
        advice = did_you_mean(name, known)
        raise OperatorError("\n".join([f"The gallery has no “{name}”.{advice} It has:", *_listed(known)]))
    return LIBRARY / f"{name}.yaml"


def language_of(questionnaire: Questionnaire, wanted: str | None) -> str:
    """``wanted``, or else the first; raises :class:`OperatorError` where ``questionnaire`` does not speak it."""
    if wanted is not None and wanted not in questionnaire.languages:
        known = questionnaire.languages
        advice = did_you_mean(wanted, known)
        raise OperatorError(
            f"This questionnaire has no words in “{wanted}”. Its languages are {', '.join(known)}.{advice}"
        )
    return wanted or questionnaire.first_language


def _definition(path: Path) -> Definition:
    """What is in ``path``, though `check` may refuse it as it is: a copy has to be given lines of support first."""
    return Definition.model_validate(read_document(path.read_bytes()).data)


def _awaits_support(definition: Definition) -> bool:
    named = (question.support for question in definition.questionnaire.questions if isinstance(question, Section))
    return any(named) and not definition.settings.support


def _paragraphs(path: Path) -> list[str]:
    """What the comments say that a file begins with, a line each; an empty comment ends a paragraph."""
    with path.open(encoding="utf-8") as stream:
        paragraphs = [""]
        for line in stream:
            if not line.startswith("#"):
                break
            said = line.removeprefix("#").strip()
            if said:
                paragraphs[-1] = f"{paragraphs[-1]} {said}".strip()
            else:
                paragraphs.append("")
    return paragraphs


def _listed(known: Mapping[str, str]) -> list[str]:
    """A line for each questionnaire: its name, and what it is for."""
    widest = max(map(len, known))
    return [f"  {name:<{widest}}  {said}" for name, said in known.items()]
