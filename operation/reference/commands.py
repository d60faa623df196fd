"""Every command with its options, as click knows them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

#: Every command has it.
_HELP = "--help"


def command_lines(root: click.Group) -> Iterator[str]:
    """A heading, a usage line, the help and the options of each command, in alphabetical order."""
    yield from (
        "",
        "## Commands",
        "",
        "Each begins with `.venv/bin/python`, and tells this of itself with `--help`.",
        "",
    )
    yield from _command(root, click.Context(root, info_name="manage.py"))


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    pieces = command.collect_usage_pieces(context)
    yield from (f"### {context.command_path}", "", f"`{' '.join([context.command_path, *pieces])}`")
    if command.help:
        paragraphs = inspect.cleandoc(command.help).split("\n\n")
        yield from (line for paragraph in paragraphs for line in ("", " ".join(paragraph.split())))
    options = list(_options(command, context))
    if options:
        yield ""
        yield from (f"- `{names}`" + (f": {told}" if told else "") for names, told in options)
    yield ""
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            inner = command.commands[name]
            if not inner.hidden:
                yield from _command(inner, click.Context(inner, info_name=name, parent=context))


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Names and help of each option but ``--help``; the usage line has the arguments."""
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and isinstance(parameter, click.Option) and _HELP not in parameter.opts:
            yield record
