"""The measure of reading, on marks a reader can count."""

from __future__ import annotations

from matcher.reading import Reader
from scripts.reading import measure_reading

TEXT = "Experience\nProvided EMDR to adolescents in an outpatient clinic."


def _mark(quote: str, category: str, strength: str) -> dict[str, object]:
    return {"quote": quote, "start": TEXT.index(quote), "end": TEXT.index(quote) + len(quote), "category": category, "strength": strength}


def test_precision_recall_and_strength_are_shares_of_the_marks(reader: Reader) -> None:
    marks = [_mark("EMDR", "modality", "practised"), _mark("adolescents", "population", "listed"), _mark("Provided", "duty", "practised")]
    figures = measure_reading([{"id": "a", "kind": "resume", "text": TEXT, "mentions": marks}], reader)
    assert figures["modality"] == (1.0, 1.0, 1.0)
    assert figures["population"] == (1.0, 1.0, 0.0)
    assert figures["duty"] == (0.0, 0.0, 0.0)
    assert figures["setting"][:2] == (0.0, 0.0)
    assert figures["all"][1] == 2 / 3
