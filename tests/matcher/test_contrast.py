"""The difference of two scores is told by the groups that make it."""

from __future__ import annotations

from matcher.compare import compare
from matcher.contrast import side_by_side, why_above
from matcher.explain import explain
from matcher.reading import Reader
from matcher.sides import Demand, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights
from tests.conftest import TODAY, posting, resume

POSTING = posting("Requirements\nLCSW required. EMDR required, DBT preferred. Spanish is a plus. 4 years of experience.", place="Fresno, CA")
RESUMES = (
    "LCSW\nFresno, CA\n\nExperience\nTherapist for 5 years: EMDR and DBT.",
    "LCSW\nFresno, CA\n\nExperience\nTherapist for 2 years: DBT. Spanish.",
    "LPC\nAustin, TX\n\nExperience\nTherapist: EMDR.",
)


def _told(reader: Reader, vocabulary: Vocabulary):
    demand = Demand(reader.read(POSTING), vocabulary)
    matches = [compare(demand, Offer(reader.read(resume(text)), vocabulary), 0.6, Weights(), vocabulary, TODAY) for text in RESUMES]
    return matches, side_by_side([explain(match, vocabulary) for match in matches])


def test_each_column_sums_to_its_score(reader: Reader, vocabulary: Vocabulary) -> None:
    matches, rows = _told(reader, vocabulary)
    for at, match in enumerate(matches):
        assert round(sum(row.points[at] for row in rows), 2) == match.score
        assert sum(len(row.lines[at]) for row in rows) == len(match.parts)


def test_the_sentence_names_the_difference_and_the_groups_on_both_sides(reader: Reader, vocabulary: Vocabulary) -> None:
    matches, rows = _told(reader, vocabulary)
    gap = matches[0].score - matches[1].score
    assert why_above(rows, "Ann", "Bob").startswith(f"Ann is above Bob by {gap:.2f} points. It is ahead on ")
    assert "it is behind on languages (−" in why_above(rows, "Ann", "Bob")
    assert why_above(rows, "Bob", "Ann", 1, 0) == why_above(rows, "Ann", "Bob")
    assert "licence (+" in why_above(rows, "Ann", "Cem", 0, 2)


def test_of_equals_it_says_what_decides(reader: Reader, vocabulary: Vocabulary) -> None:
    _, rows = _told(reader, vocabulary)
    assert why_above(rows, "Ann", "Ann again", 0, 0) == (
        "Ann and Ann again have the same points; of equals the one whose id comes first in the alphabet stands first."
    )
