"""What each demand shuts out is counted over all who were compared."""

from __future__ import annotations

from matcher.compare import compare
from matcher.exclusion import demands
from matcher.reading import Reader
from matcher.sides import Demand, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights
from tests.conftest import TODAY, posting, resume

POSTING = posting("Requirements\nLCSW required. Must be fluent in Spanish. EMDR required.", place="Fresno, CA")
RESUMES = {
    "both": "LCSW, California\nFresno, CA\nLanguages\nSpanish (fluent)\n\nExperience\nTherapist: EMDR.",
    "licence only": "LCSW, California\nFresno, CA\n\nExperience\nTherapist: DBT.",
    "language only": "LPC, Texas\nAustin, TX\nLanguages\nSpanish (fluent)\n\nExperience\nTherapist.",
    "neither": "LPC, Texas\nAustin, TX\nI do not speak Spanish.\n\nExperience\nTherapist.",
}


def test_who_is_shut_out_by_one_demand_alone(reader: Reader, vocabulary: Vocabulary) -> None:
    demand = Demand(reader.read(POSTING), vocabulary)
    matches = [compare(demand, Offer(reader.read(resume(text)), vocabulary), 0.6, Weights(), vocabulary, TODAY) for text in RESUMES.values()]
    found = {(one.what, one.concept): one for one in demands(matches)}
    licence, language, emdr = found["licence", ""], found["language", ""], found["modalities", "modality.trauma.emdr"]
    assert (licence.met, licence.not_stated, licence.unmet, licence.alone) == (2, 0, 2, 1)
    assert (language.met, language.not_stated, language.unmet, language.alone) == (2, 1, 1, 0)
    assert (emdr.met, emdr.not_stated, emdr.unmet, emdr.alone, emdr.hard) == (1, 3, 0, 0, False)
    assert next(iter(demands(matches))) == licence


def test_of_nobody_nothing_is_counted() -> None:
    assert list(demands([])) == []
