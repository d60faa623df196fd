"""The operator's command line. Bare, it says where each survey stands and what to do next."""

from __future__ import annotations

import sys

try:
    import click

    from chalicelib import services
    from chalicelib.errors import StoreMisconfigured, UnreadableRecord
    from operation import guidance, progress
    from operation.commands import (
        analysts,
        authoring,
        coding,
        deployment,
        development,
        doctor,
        ending,
        gallery,
        imports,
        invitations,
        keys,
        ledger,
        outlines,
        practice,
        reading,
        records,
        rehearsal,
        stages,
        surveys,
        tables,
        where,
        words,
        xlsform,
    )
    from operation.console import Operator, counted, link, program, say
    from operation.leaving import leave_nothing
except ModuleNotFoundError as missing:
    advice = "Type .venv/bin/python manage.py in this project's folder; `make operator` installs what it needs."
    sys.exit(f"This Python lacks “{missing.name}”. {advice}")

#: What commands are for, in the order of the work, as docs/operators.md tells it.
SECTIONS = {
    "Write a survey": (
        "gallery",
        "new",
        "from-text",
        "import-xlsform",
        "check",
        "preview",
        "words",
        "export-xlsform",
        "schema",
    ),
    "Try it out, open it, tell people": ("publish", "key", "test", "delete", "invite", "slips", "open", "share"),
    "While it is open": ("status", "import-responses", "audit", "close", "reopen"),
    "Results": ("release", "report", "token", "announce"),
    "Read and count what people sent": ("export", "read", "table", "coding"),
    "Delete it before its time": ("purge",),
    "Practise on this machine": ("serve", "jump"),
    "Put it into AWS": ("deploy", "doctor", "destroy"),
    "Develop": ("demo", "engine", "package", "reference", "rehearse"),
}


@click.group(
    cls=Operator,
    sections=SECTIONS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--local", is_flag=True, help="Work on the data of `make run` on this machine (PORT+1).")
@click.option("--stage", metavar="NAME", help="Work on what `make deploy STAGE=NAME` deployed.")
@click.option("--region", metavar="NAME", help="The AWS region of the stage, if it is not your usual one.")
@click.pass_context
def manage(context: click.Context, local: bool, stage: str | None, region: str | None) -> None:
    """Make, test, open, share and close surveys; see how many answers came; export records.

    Bare, it says where each survey stands, and which command comes next. What is published lies on this machine
    (--local) or in AWS (--stage): say which right after manage.py.
    """
    where.choose(local, stage, region)
    if context.invoked_subcommand is None:
        _show_overview()


GROUPS = (
    authoring,
    xlsform,
    gallery,
    words,
    outlines,
    surveys,
    keys,
    invitations,
    imports,
    ledger,
    ending,
    records,
    reading,
    tables,
    coding,
    analysts,
    practice,
    development,
    deployment,
    stages,
    doctor,
    rehearsal,
)
for command in (command for group in GROUPS for command in group.COMMANDS):
    manage.add_command(command)


def _show_overview() -> None:
    """Where each survey stands, without reading a single record."""
    ids = services.current().surveys.ids()
    if told := guidance.practice(services.current()):
        say(told)
    if not ids:
        say("No surveys yet. Start with: manage.py new our-survey")
    are_shown = [_show_survey(survey) for survey in ids]
    if not all(are_shown):
        sys.exit(1)


def _show_survey(survey_id: str) -> bool:
    """Where a survey stands; False where it cannot be told, and a line that says why."""
    running = services.current()
    try:
        survey = running.surveys.listed(survey_id).at(running.clock())
        say(f"{survey_id}: {survey.state}, {survey.settings.policy}, {counted(survey.releases, 'release')}")
        if near := progress.towards_release(running, survey):
            say(f"  answers: {near}")
        if waiting := guidance.waiting_version(running, survey):
            say(f"  {waiting}")
        for name, path in guidance.addresses(survey).items():
            say(f"  {name}: {link(path)}")
        say(f"  next: {guidance.next_step(running, survey)}")
    except (UnreadableRecord, StoreMisconfigured) as error:
        say(f"{survey_id}: {error}", error=True)
        return False
    return True


if __name__ == "__main__":
    leave_nothing()
    manage(prog_name=program())
