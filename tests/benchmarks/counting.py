"""How fast stored blobs are tallied."""

from __future__ import annotations

import random
import time

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.tally import tally_of
from tests.builders import a_definition, a_question

KINDS = ("single_choice", "multiple_choice", "scale", "yes_no")
RESPONSES = 200_000
#: The star at its largest: five questions by one.
STAR = Crosstabs(group="single_choice_0", by=(*(f"{kind}_1" for kind in KINDS), "multiple_choice_2"))


def responses_per_second(crosstabs: Crosstabs | None = None) -> float:
    """Tally ``RESPONSES`` blobs of twelve answers."""
    questions = [a_question(kind, id=f"{kind}_{number}") for number in range(3) for kind in KINDS]
    layout = Layout.of(codebook_of(a_definition(*questions).questionnaire))
    randomness = random.Random(1)  # noqa: S311
    blobs = [layout.pack(_answers(layout, randomness)) for _ in range(1000)] * (RESPONSES // 1000)
    start = time.process_time()
    tally_of(layout, blobs, crosstabs)
    return RESPONSES / (time.process_time() - start)


def _answers(layout: Layout, randomness: random.Random) -> Answers:
    closed = [column.variable for column in layout.columns if column.variable.form != "text"]
    return Answers({variable.id: (randomness.choice(variable.codes),) for variable in closed}, {})
