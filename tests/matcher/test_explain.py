"""Every line of the ledger has its words, and the summary says what weighs most."""

from __future__ import annotations

import pytest

from matcher.compare import compare
from matcher.document import Document
from matcher.explain import ASKED, ELIGIBILITY, LABELS, SAID, Quote, explain
from matcher.ledger import Match, Verdict
from matcher.profile import Strength
from matcher.reading import Reader
from matcher.sides import Demand, Offer
from matcher.verdict import VERDICTS
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights
from tests.conftest import TODAY, posting, resume

POSTING = posting(
    "Requirements\nLCSW required. Experience with EMDR and DBT daily. Spanish is a plus. At least 4 years of clinical experience.",
    title="Clinical Social Worker",
    place="Fresno, CA",
)
FITTING = resume(
    "LCSW\nFresno, CA 93701\n\nExperience\nClinical Social Worker, clinic 2019 - present. Provided EMDR to adults.\n\nSkills\nI do not offer hypnosis."
)
SILENT = resume("Experience\nProvided EMDR and much more to many.")


@pytest.fixture
def matched(reader: Reader, vocabulary: Vocabulary):
    """A posting and a resume compared."""

    def _matched(asked: Document, offered: Document) -> Match:
        return compare(Demand(reader.read(asked), vocabulary), Offer(reader.read(offered), vocabulary), 0.6, Weights(), vocabulary, TODAY)

    return _matched


@pytest.mark.parametrize("offered", [FITTING, SILENT])
def test_every_line_has_its_label_and_its_sentence(matched, vocabulary: Vocabulary, offered: Document) -> None:
    match = matched(POSTING, offered)
    explanation = explain(match, vocabulary)
    assert tuple(line.part for line in explanation.lines) == match.parts
    assert all(line.label and line.group == LABELS[line.part.name] and line.sentence.endswith(".") for line in explanation.lines)


@pytest.mark.parametrize("offered", [FITTING, SILENT])
def test_quotes_are_verbatim_words_of_both_documents(matched, vocabulary: Vocabulary, offered: Document) -> None:
    lines = explain(matched(POSTING, offered), vocabulary).lines
    for document, quotes in ((POSTING, [q for line in lines for q in line.posting]), (offered, [q for line in lines for q in line.resume])):
        assert quotes
        assert all(getattr(document, quote.field)[quote.start : quote.end] == quote.words != "" for quote in quotes)


def test_a_line_that_earns_points_quotes_the_resume(matched, vocabulary: Vocabulary) -> None:
    lines = explain(matched(POSTING, FITTING), vocabulary).lines
    assert [line.part.name for line in lines if line.part.points and not line.resume] == ["requirements", "similarity"]
    (free,) = [line for line in lines if line.part.name == "requirements"]
    assert (free.posting, free.sentence) == ((), "the posting demands no degree, language or certificate that was read.")


def test_a_quote_says_the_field_it_stands_in(matched, vocabulary: Vocabulary) -> None:
    (line,) = [line for line in explain(matched(POSTING, FITTING), vocabulary).lines if line.part.name == "profession"]
    assert line.posting == (Quote("title", 0, 22, "Clinical Social Worker"),)


def test_no_more_than_three_quotes_of_a_text_are_shown(matched, vocabulary: Vocabulary) -> None:
    match = matched(posting("Requirements\nExperience with EMDR."), resume("Experience\n" + "Provided EMDR daily. " * 5))
    (line,) = [line for line in explain(match, vocabulary).lines if line.part.name == "modalities"]
    assert (len(line.part.resume), len(line.resume)) == (5, 3)


def test_the_sentences_say_how_firmly_it_is_asked_and_claimed(matched, vocabulary: Vocabulary) -> None:
    said = {line.label: line.sentence for line in explain(matched(POSTING, FITTING), vocabulary).lines}
    assert said["LCSW"] == "LCSW in CA (taken from the resume's own place), independent there."
    assert said["EMDR"] == "EMDR (required): shown in the work history."
    assert said["Dialectical Behavior Therapy"] == "Dialectical Behavior Therapy (required): the resume does not say."
    assert said["Spanish"] == "Spanish (preferred): the resume does not say."
    assert said["4 years"] == "7 years against 4 asked."
    assert said["CA"] == "the resume is of CA."
    assert said["wording as a whole"] == "cosine 0.600."


def test_the_summary_says_eligibility_what_fits_and_what_is_open(matched, vocabulary: Vocabulary) -> None:
    assert explain(matched(POSTING, FITTING), vocabulary).summary == (
        "Eligible now; fits on Clinical social worker and EMDR; open or missing: Dialectical Behavior Therapy and Spanish."
    )


def test_in_common_missing_and_not_stated_are_told_apart(matched, vocabulary: Vocabulary) -> None:
    match = matched(
        posting("Requirements\nExperience with EMDR, hypnosis and sandplay therapy."), resume("Experience\nProvided EMDR. I do not offer hypnosis.")
    )
    explanation = explain(match, vocabulary)
    assert (explanation.in_common, explanation.missing, explanation.not_stated) == (("EMDR",), ("Clinical hypnosis",), ("Sandtray therapy",))


def test_another_profession_is_missing_in_words(matched, vocabulary: Vocabulary) -> None:
    explanation = explain(matched(posting("Help adults.", title="Clinical Social Worker"), resume("Experience\nPsychiatrist, clinic")), vocabulary)
    assert [line.sentence for line in explanation.lines if line.part.name == "profession"] == ["Clinical social worker: the resume is of another profession."]
    assert explanation.missing[0] == "Clinical social worker"


def test_the_question_names_the_line_that_is_widest_open(matched, vocabulary: Vocabulary) -> None:
    match = matched(POSTING, SILENT)
    widest = max(part.high - part.low for part in match.parts)
    assert explain(match, vocabulary).question == f"Ask first about LCSW (licence): the answer is worth up to {widest:.1f} points."
    assert widest == next(part.possible for part in match.parts if part.name == "licence")


def test_there_is_no_question_where_nothing_is_open(matched, vocabulary: Vocabulary) -> None:
    match = matched(posting("Requirements\nExperience with EMDR."), SILENT)
    assert all(part.verdict is not Verdict.NOT_STATED for part in match.parts)
    assert explain(match, vocabulary).question is None


def test_a_rule_without_a_verified_source_is_said_to_be_unverified(matched, vocabulary: Vocabulary) -> None:
    def verified(state: str, place: str) -> bool:
        return explain(matched(posting("LPC required.", place=place), resume(f"LPC in {state} since 2015.")), vocabulary).verified

    assert vocabulary.licences.meanings("LPC", "TX")[0].evidence == "G"
    assert not verified("Texas", "Austin, TX")
    assert verified("Georgia", "Phoenix, AZ")


def test_every_verdict_and_strength_has_its_words() -> None:
    assert set(ELIGIBILITY) == set(VERDICTS)
    assert set(LABELS) == set(Weights().worth)
    assert {*ASKED, *SAID} | {Strength.OFFERED} == set(Strength)


def test_the_question_names_the_hard_requirement_that_is_open(reader: Reader, vocabulary: Vocabulary) -> None:
    asked, found = reader.read(posting("Requirements\nFluency in Spanish is required. Therapist for adults.")), reader.read(SILENT)
    match = compare(Demand(asked, vocabulary), Offer(found, vocabulary), 0.5, Weights(requirements=90), vocabulary, TODAY)
    (finding,) = match.eligibility.others
    width = max(part.high - part.low for part in match.parts)
    assert explain(match, vocabulary).question == f"Ask first about the language ({finding.rule}): the answer is worth up to {width:.1f} points."
