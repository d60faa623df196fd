"""`from-text`: an outline becomes a definition, or one line says why not, and nothing half done is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.commands import Operate, done

OUTLINE = """\
Our needs

1. Which country are your answers about?
- Sweden
- Norway
2. What else? (text)
"""


@pytest.fixture
def outline(operate: Operate) -> str:
    """An outline in the working folder, whose name has a blank."""
    Path("our outline.md").write_text(OUTLINE, "utf-8")
    return "our outline.md"


def test_draft_of_an_outline_passes_check_and_what_was_guessed_is_listed(operate: Operate, outline: str) -> None:
    said = done(operate("from-text", outline, "--to", "our-needs.yaml"))
    assert "our outline.md: line 3: One of its options can be chosen." in said
    assert "our outline.md: line 1: “Our needs” was taken for the title." in said
    assert "Wrote our-needs.yaml: 2 questions, 0 sections. Read what was guessed, edit it, then: " in said
    assert "our-needs: 2 questions, no errors." in done(operate("check", "our-needs.yaml"))


def test_draft_that_does_not_pass_check_is_written_and_says_what_is_to_be_mended(operate: Operate) -> None:
    Path("outline.md").write_text("1. Which?\n- Same\n- same\n", "utf-8")
    result = operate("from-text", "outline.md", "--to", "our-needs.yaml", "--language", "sv")
    assert "Wrote our-needs.yaml: 1 question, 0 sections, 1 error to be mended." in done(result)
    assert "[repeated_label]" in result.stderr
    assert 'sv: {name: "Svenska"}' in Path("our-needs.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.md", "--to", "x.yaml"], "missing.md cannot be read"),
        ([".", "--to", "x.yaml"], ". is a folder."),
        (["our outline.md", "--to", "our outline.md"], "our outline.md exists. Choose another name."),
        (["our outline.md", "--to", "x.yaml", "--language", "English"], "“English” is no code of a language."),
        (["our outline.md", "--to", "no/where/x.yaml"], "no/where/x.yaml: there is no folder no/where."),
        (["prose.md", "--to", "x.yaml"], "No question was found."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_nothing_is_written(
    operate: Operate, outline: str, arguments: list[str], said: str
) -> None:
    Path("prose.md").write_text("Hello.\n", "utf-8")
    before = sorted(Path().rglob("*"))
    result = operate("from-text", *arguments)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1), result.output
    assert said in result.stderr
    assert sorted(Path().rglob("*")) == before
    assert Path(outline).read_text("utf-8") == OUTLINE
