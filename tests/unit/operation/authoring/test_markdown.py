"""What authors' Markdown becomes: the subset is read, all else stays as it is written, and no letter is lost."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import in_english
from chalicelib.formatting import Formatter
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.formatted import Block, Run, plain_blocks
from operation.authoring.markdown import Link, blocks_of, links_of, with_formatting
from tests.builders import a_definition, a_question, text

SITE = "https://help.example/"


def as_html(wording: str) -> str:
    known = {wording: blocks_of(wording)}
    return str(Formatter("en", "en", "", in_english, known)({"en": wording}))


def a_page(words: str, target: str = SITE, direction: str = "") -> str:
    """The link as it stands on a page."""
    told = '<span class="unseen"> (opens in a new tab)</span>'
    return f'<a href="{target}"{direction} target="_blank" rel="noopener noreferrer">{words}{told}</a>'


LTR = ' dir="ltr"'
#: What is written, and its HTML.
READ: list[tuple[str, str]] = [
    ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
    ("One\ntwo", "<p>One<br>two</p>"),
    ("**Bold** and *emphasis*", "<p><strong>Bold</strong> and <em>emphasis</em></p>"),
    ("***both***", "<p><strong><em>both</em></strong></p>"),
    ("We ask:\n- one\n- **two**", "<p>We ask:</p>\n<ul><li>one</li><li><strong>two</strong></li></ul>"),
    ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
    ("3. one\n4. two", '<ol start="3"><li>one</li><li>two</li></ol>'),
    ("- one\n\n  more\n- two", "<ul><li>one<br>more</li><li>two</li></ul>"),
    (f"[Help]({SITE})", f"<p>{a_page('Help')}</p>"),
    (f"[**Help** me]({SITE})", f"<p>{a_page('<strong>Help</strong> me')}</p>"),
    (f"See {SITE}.", f"<p>See {a_page(SITE, direction=LTR)}.</p>"),
    (f"({SITE}a_b_c)", f"<p>({a_page(SITE + 'a_b_c', SITE + 'a_b_c', LTR)})</p>"),
    ("Ring [020-50 50 50](tel:+4620505050)", '<p>Ring <a href="tel:+4620505050" dir="ltr">020-50 50 50</a></p>'),
    ("[Write](mailto:a@b.example)", '<p><a href="mailto:a@b.example">Write</a></p>'),
    (r"\*not\*", "<p>*not*</p>"),
]
#: What stands on the page as it is written.
UNREAD = [
    *(
        "1. May",
        "- one",
        "#1 problem",
        "5 * 3 * 2",
        "5*3*2",
        "a_b_c",
        "_name_",
        "__name__",
        "# Heading",
        "2 < 3 & 4 > 1",
    ),
    *(
        "<b>bold</b>",
        "&amp;",
        "`code`",
        "![alt]",
        "http://plain.example/",
        "[x](http://plain.example/)",
        "Costs* a lot",
    ),
    *(
        "[x](javascript:alert(1))",
        "[x](https://u:p@evil.example/)",
        "[x](//evil.example)",
        "[x]",
        "[x][y]",
        "[](tel:112)",
    ),
    *("[x](data:text/html,a)", "[x](tel:112;ext=1)", "[x](mailto:a@b.example?cc=c)", "| a | b |", "> said", "~~gone~~"),
]


@pytest.mark.parametrize(("wording", "html"), READ)
def test_the_subset_is_read(wording: str, html: str) -> None:
    assert as_html(wording) == html


@pytest.mark.parametrize("wording", UNREAD)
def test_what_is_no_part_of_the_subset_stays_as_it_is_written(wording: str) -> None:
    assert blocks_of(wording) == plain_blocks(wording)


@pytest.mark.parametrize(
    "wording", ["2019. One\n2021. Two", "5. May\n7. June", "1000. One\n1001. Two", "- one\n  - inner\n- two"]
)
def test_what_only_looks_like_a_list_keeps_what_its_lines_begin_with(wording: str) -> None:
    [block] = blocks_of(wording)
    assert block.shape == "paragraph"
    assert block.items[0][0].text == "\n".join(line.strip() for line in wording.split("\n"))


def test_links_are_told_allowed_or_not() -> None:
    wording = f"[a](javascript:b) [c]({SITE}) {SITE} [d](tel:112)"
    assert links_of(wording) == [
        *(Link("a", "javascript:b"), Link("c", SITE), Link("d", "tel:112"), Link(SITE, SITE)),
    ]


# --- whatever is written ---------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "a",
            "b ",
            "é",
            "سلام",
            " ",
            "\n",
            "\n\n",
            "*",
            "**",
            "_",
            "`",
            "[",
            "]",
            "(",
            ")",
            "](",
            "!",
            "<",
            ">",
            "&",
            '"',
        ),
        *(
            "'",
            "\\",
            "- ",
            "* ",
            "+ ",
            "1. ",
            "2. ",
            "10) ",
            "# ",
            "> ",
            "    ",
            "\t",
            "|",
            "~~",
            "---\n",
            "</p>",
            "<script>",
        ),
        *("javascript:", "https://a.example/", "http://b.example", "tel:+4612345", "mailto:c@d.example", "//e.example"),
        *("&lt;", "&#106;", ":", "data:", "[x](https://a.example/)", "[y](tel:112)", "<https://a.example>", "[r]: /u"),
    ]
)
ANYTHING = st.lists(PIECES, max_size=25).map("".join) | st.text(st.characters(codec="utf-8"), max_size=60)
ALLOWED = {
    "p": set[str](),
    "br": set[str](),
    "ul": set[str](),
    "ol": {"start"},
    "li": set[str](),
    "strong": set[str](),
    "em": set[str](),
    "a": {"href", "dir", "target", "rel"},
    "span": {"class"},
}
LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
HREF = re.compile(r"https://[a-z.]+(/\S*)?|tel:\+?\d{3,15}|mailto:[\w.+-]+@[\w.-]+")


class _Seen(HTMLParser):
    """What a browser makes of a fragment: its tags with their attributes, and the letters that are read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def seen_in(html: str) -> _Seen:
    seen = _Seen()
    seen.feed(html)
    seen.close()
    return seen


def letters(wording: str) -> str:
    """Letters alone: marks, blanks and the numbers of lists may go."""
    return "".join(letter for letter in wording if letter.isalpha())


def _without_escapes(wording: str) -> str:
    return re.sub(r"\\([^\w\s])", r"\1", wording)


@given(ANYTHING)
def test_no_tag_or_attribute_comes_from_what_was_written(wording: str) -> None:
    for tag, attributes in seen_in(as_html(wording)).tags:
        assert attributes.keys() <= ALLOWED[tag]
        if tag == "a":
            assert HREF.fullmatch(str(attributes["href"]))
            assert any(str(attributes["href"]) in words for words in (wording, _without_escapes(wording)))
            assert not str(attributes["href"]).startswith("https") or attributes["rel"] == "noopener noreferrer"


@given(ANYTHING)
def test_every_letter_is_read_or_is_where_a_link_leads(wording: str) -> None:
    html = as_html(wording).replace('<span class="unseen"> (opens in a new tab)</span>', "")
    seen = seen_in(html)
    unlinked = {wording}
    for target in {unescape(target) for target, _ in LINK.findall(html)}:
        # What is no link may look like one, and an address that is a link of itself stays.
        place = f"]({target})"
        unlinked = {each.replace(place, "]", n) for each in unlinked for n in range(each.count(place) + 1)}
    assert sorted(letters(seen.words)) in [sorted(letters(each)) for each in unlinked]


@given(ANYTHING)
def test_what_looks_like_plain_text_is_not_stored(wording: str) -> None:
    questionnaire = a_questionnaire(wording)
    stored = with_formatting(questionnaire).formatted or {}
    assert (wording in stored) == (blocks_of(wording) != plain_blocks(wording))


def a_questionnaire(introduction: str) -> Questionnaire:
    questionnaire = a_definition(a_question("yes_no")).questionnaire
    return questionnaire.model_copy(update={"introduction": {"en": introduction}})


def test_what_is_stored_reads_back_the_same_and_leaves_the_words_as_they_were() -> None:
    questionnaire = a_questionnaire(f"**Two** [links]({SITE})\n- one\n- two")
    stored = with_formatting(questionnaire)
    assert stored.introduction == questionnaire.introduction
    assert Questionnaire.model_validate_json(stored.model_dump_json(exclude_none=True)) == stored


def test_labels_of_questions_and_options_are_plain() -> None:
    asked = a_question("yes_no", label=text("**Bold?**"), hint=text("*Hint*"), required_because=text("**Law**"))
    noted = a_question("note", label=text("*Note*"))
    titled = a_definition(asked, noted).questionnaire.model_copy(update={"title": text("**Title**")})
    assert {*(with_formatting(titled).formatted or ())} == {"*Hint*", "**Law**", "*Note*"}


def test_a_link_that_may_not_be_shown_cannot_be_stored() -> None:
    with pytest.raises(ValueError, match="link"):
        Run(text="x", link="javascript:alert(1)")


def test_a_version_that_was_stored_before_is_paragraphs() -> None:
    shown = Formatter("en", "en", "", in_english)({"en": "**One**\n\n<b>Two</b>"})
    assert shown == "<p>**One**</p>\n<p>&lt;b&gt;Two&lt;/b&gt;</p>"


def test_a_text_in_another_language_than_the_page_says_so() -> None:
    shown = Formatter("sv", "en", "", in_english)({"en": "One"})
    assert shown == '<div lang="en" dir="auto"><p>One</p></div>'


def test_a_block_is_one_item_where_it_is_a_paragraph() -> None:
    assert plain_blocks("a\n b\n\n\nc") == (
        Block(items=((Run(text="a\nb"),),)),
        Block(items=((Run(text="c"),),)),
    )
