"""What is expected of each kind of question on its way from definition to export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Journey:
    """What is expected of one kind when two persons give the builders' answer and a third skips the question.

    ``inputs``: type, name and value of what the form shows, a textarea or select by its tag, "" being what takes a
    choice back; ``typed``: the answer in
    words, as who was too late can copy it; ``rows``: those of the CSV, by the question's tables; ``columns``: the
    export's by their names, as the two and as the third answered; ``texts``: what the two wrote; ``codebook``: the rows
    that describe the columns, each after the variable with its code and wording.
    """

    inputs: Sequence[tuple[str, str, str]]
    typed: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    codebook: tuple[str, ...] = ()


JOURNEYS: Mapping[str, Journey] = {
    "single_choice": Journey(
        [
            *(("radio", "country", code) for code in ("se", "no", "other")),
            ("textarea", "country.other.text", ""),
            ("radio", "country", ""),
        ],
        ("OTHER", "Faroe"),
        (
            "country,se,SE,0,0",
            "country,no,NO,0,0",
            "country,other,OTHER,2,67",
            "country,no_answer,No answer,1,33",
        ),
        {"country": ("other", ""), "country.other.text": ("1", "")},
        {"country.other.text": "Faroe"},
        (
            *("country,,About single_choice?", "country,se,SE", "country,no,NO", "country,other,OTHER"),
            "country.other.text,,About single_choice?: OTHER",
        ),
    ),
    "dropdown": Journey(
        [("select", "region", "")],
        ("SOUTH",),
        (
            "region,north,NORTH,0,0",
            "region,south,SOUTH,2,67",
            "region,west,WEST,0,0",
            "region,no_answer,No answer,1,33",
        ),
        {"region": ("south", "")},
        codebook=("region,,About dropdown?", "region,north,NORTH", "region,south,SOUTH", "region,west,WEST"),
    ),
    "multiple_choice": Journey(
        [("checkbox", "challenges", code) for code in ("law", "stigma", "police", "none")],
        ("STIGMA; LAW",),
        (
            "challenges,chosen,Chosen,2,67",
            "challenges,none,NONE,0,0",
            "challenges,no_answer,No answer,1,33",
            "challenges.law,chosen,LAW: Chosen,2,67",
            "challenges.law,not_chosen,LAW: Not chosen,1,33",
            "challenges.stigma,chosen,STIGMA: Chosen,2,67",
            "challenges.stigma,not_chosen,STIGMA: Not chosen,1,33",
            "challenges.police,chosen,PATROL: Chosen,0,0",
            "challenges.police,not_chosen,PATROL: Not chosen,3,100",
        ),
        {
            "challenges": ("law;stigma", ""),
            **{f"challenges.{code}": ("1", "") for code in ("law", "stigma")},
            **{f"challenges.{code}": ("0", "") for code in ("police", "none")},
        },
        codebook=(
            *("challenges,,About multiple_choice?", "challenges,law,LAW", "challenges,stigma,STIGMA"),
            *("challenges,police,PATROL", "challenges,none,NONE"),
            *("challenges.law,,About multiple_choice?: LAW", "challenges.stigma,,About multiple_choice?: STIGMA"),
            *("challenges.police,,About multiple_choice?: PATROL", "challenges.none,,About multiple_choice?: NONE"),
        ),
    ),
    "scale": Journey(
        [("radio", "mood", str(step)) for step in (1, 2, 3, 4, 5, "")],
        ("4",),
        (
            "mood,1,1 – bad,0,0",
            "mood,2,2,0,0",
            "mood,3,3,0,0",
            "mood,4,4,2,67",
            "mood,5,5 – good,0,0",
            "mood,no_answer,No answer,1,33",
        ),
        {"mood": ("4", "")},
        codebook=("mood,,About scale?", "mood,1,1 – bad", "mood,2,2", "mood,3,3", "mood,4,4", "mood,5,5 – good"),
    ),
    "matrix": Journey(
        [("radio", f"harder.{row}", code) for row in ("home", "work") for code in ("not", "some", "much", "")],
        ("SOME",),
        (
            "harder.home,not,Home: NOT,0,0",
            "harder.home,some,Home: SOME,2,67",
            "harder.home,much,Home: MUCH,0,0",
            "harder.home,no_answer,Home: No answer,1,33",
            "harder.work,not,Work: NOT,0,0",
            "harder.work,some,Work: SOME,0,0",
            "harder.work,much,Work: MUCH,0,0",
            "harder.work,no_answer,Work: No answer,3,100",
        ),
        {"harder.home": ("some", ""), "harder.work": ("", "")},
        codebook=(
            *("harder.home,,About matrix?: Home", "harder.home,not,NOT", "harder.home,some,SOME"),
            *("harder.home,much,MUCH", "harder.work,,About matrix?: Work", "harder.work,not,NOT"),
            *("harder.work,some,SOME", "harder.work,much,MUCH"),
        ),
    ),
    "ranking": Journey(
        [("radio", f"wants.{code}", rank) for code in ("home", "rest", "pay") for rank in ("1", "2", "")],
        ("2", "1"),
        (
            "wants.home,1,HOME: 1,0,0",
            "wants.home,2,HOME: 2,2,67",
            "wants.home,no_answer,HOME: No answer,1,33",
            "wants.rest,1,REST: 1,2,67",
            "wants.rest,2,REST: 2,0,0",
            "wants.rest,no_answer,REST: No answer,1,33",
            "wants.pay,1,PAY: 1,0,0",
            "wants.pay,2,PAY: 2,0,0",
            "wants.pay,no_answer,PAY: No answer,3,100",
        ),
        {"wants.home": ("2", ""), "wants.rest": ("1", ""), "wants.pay": ("", "")},
        codebook=(
            *("wants.home,,About ranking?: HOME", "wants.home,1,1", "wants.home,2,2"),
            *("wants.rest,,About ranking?: REST", "wants.rest,1,1", "wants.rest,2,2"),
            *("wants.pay,,About ranking?: PAY", "wants.pay,1,1", "wants.pay,2,2"),
        ),
    ),
    "number": Journey(
        [("text", "clients", "")],
        ("34",),
        (
            "clients,few,Few,0,0",
            "clients,some,Some,2,67",
            "clients,many,Many,0,0",
            "clients,no_answer,No answer,1,33",
        ),
        {"clients": ("34", "")},
        codebook=("clients,,About number?", "clients,few,Few", "clients,some,Some", "clients,many,Many"),
    ),
    "date": Journey(
        [("select", f"moved.{part}", "") for part in ("day", "month", "year")],
        ("2024-2-29",),
        (
            "moved,before,Before 2024,0,0",
            "moved,since,Since 2024,2,67",
            "moved,no_answer,No answer,1,33",
        ),
        {"moved": ("2024-02-29", "")},
        codebook=("moved,,About date?", "moved,before,Before 2024", "moved,since,Since 2024"),
    ),
    "yes_no": Journey(
        [("radio", "police_met", code) for code in ("yes", "no", "")],
        ("No",),
        ("police_met,yes,Yes,0,0", "police_met,no,No,2,67", "police_met,no_answer,No answer,1,33"),
        {"police_met": ("no", "")},
        codebook=("police_met,,About yes_no?", "police_met,yes,Yes", "police_met,no,No"),
    ),
    # Nobody can skip a consent, so there is nothing to count.
    "consent": Journey(
        [("checkbox", "agreed", "given")],
        ("Yes",),
        (),
        {"agreed": ("given", "given")},
        codebook=("agreed,,About consent?", "agreed,given,Yes"),
    ),
    "short_text": Journey(
        [("textarea", "word", "")],
        ("rest",),
        ("word,answered,Answered,2,67", "word,no_answer,No answer,1,33"),
        {"word": ("1", "0")},
        {"word": "rest"},
        ("word,,About short_text?",),
    ),
    "long_text": Journey(
        [("textarea", "wish", "")],
        ("Time.\r\nAnd a home.",),
        ("wish,answered,Answered,2,67", "wish,no_answer,No answer,1,33"),
        {"wish": ("1", "0")},
        {"wish": "Time.\nAnd a home."},
        ("wish,,About long_text?",),
    ),
    "hidden": Journey(
        [("checkbox", "source", "poster")],
        ("POSTER",),
        ("source,mail,MAIL,0,0", "source,poster,POSTER,2,67", "source,no_answer,No answer,1,33"),
        {"source": ("poster", "")},
        codebook=("source,,About hidden?", "source,mail,MAIL", "source,poster,POSTER"),
    ),
    "note": Journey([]),
    "section": Journey([]),
}
