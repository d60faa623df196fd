"""One way to set up templates: they escape by default, and a name that is not given is an error."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

#: The folder of modules that packaging puts in the place of the folder ``templates``.
COMPILED = "compiled_templates"


def marked(text: Mapping[str, str], language: str, fallback: str, page: str) -> Markup:
    """An author's ``text`` in ``language``, else in ``fallback``, else in the first language that it has.

    It is marked where the ``page`` is in another one; an empty ``page`` is in ``language``.
    """
    spoken = spoken_of(text, language, fallback)
    if spoken == (page or language):
        return Markup.escape(text[spoken])
    return Markup('<span lang="{}" dir="auto">{}</span>').format(spoken, text[spoken])


def spoken_of(text: Mapping[str, str], language: str, fallback: str) -> str:
    """The language that ``text`` is shown in: ``language``, else ``fallback``, else the first that it has."""
    if language in text:
        return language
    return fallback if fallback in text else next(iter(text))


@cache
def environment(package: str) -> Environment:
    """The templates in the folder ``templates`` of ``package``. Jinja is imported at the first page, not before."""
    from jinja2 import Environment, StrictUndefined

    made = Environment(
        loader=_loader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["zipped"] = zip
    return made


def _loader(package: str) -> BaseLoader:
    """Of the package that Lambda unpacks, templates are compiled; anywhere else, they are read as they were written."""
    from jinja2 import ModuleLoader, PackageLoader

    compiled = Path(__file__).parents[1].joinpath(*package.split("."), COMPILED)
    return ModuleLoader(compiled) if compiled.is_dir() else PackageLoader(package)
