"""A correction is read as it is meant, counts, and takes nothing else with it."""

from __future__ import annotations

import pytest

from matcher.corrections import (
    MOST,
    Claim,
    Corrections,
    StatedConcept,
    StatedLicence,
    Status,
    corrected,
    licence_name,
    misread,
    stated_concept,
    stated_licence,
)
from matcher.document import MAX_TEXT, Document, InvalidDocument
from matcher.profile import Strength
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary
from tests.conftest import resume

TEXT = "Jane Example, LCSW\nAustin, TX\n\nLicenses\nLCSW, Texas, 2019\n\nExperience\nTherapist with 6 years of experience: EMDR with adolescents; DBT groups."
READ_AS = {Status.ACTIVE: Strength.HELD, Status.PENDING: Strength.TRAINING, Status.EXPIRED: Strength.LAPSED}
UNREAD = {"LADC/MH", "LPC-MHSP (temporary)", "LISW-CP/S"}  # titles whose letters are read as those of another


def _read(reader: Reader, vocabulary: Vocabulary, corrections: Corrections, document: Document = resume(TEXT)):
    return reader.read(corrected(document, corrections, vocabulary))


def test_without_corrections_the_document_is_itself(vocabulary: Vocabulary) -> None:
    assert corrected(resume(TEXT), Corrections(), vocabulary) is not None
    assert corrected(resume(TEXT), Corrections(), vocabulary) == resume(TEXT)
    assert not Corrections()


def test_every_licence_is_read_as_it_was_stated(reader: Reader, vocabulary: Vocabulary) -> None:
    missed = set()
    for title, rows in vocabulary.licences.by_title.items():
        for state in {row.state for row in rows} & set(vocabulary.states):
            said = [StatedLicence(title, state, status) for status in Status]
            for one in said:
                profile = _read(reader, vocabulary, Corrections(licences=(one,)), resume("Jane Example\n\nExperience\nTherapist."))
                read = {(licence.title, licence.state, licence.mention.strength) for licence in profile.licences}
                if (title, state, READ_AS[one.status]) not in read:
                    missed.add(title)
                    assert misread(Corrections(licences=(one,)), profile, vocabulary)
                else:
                    assert misread(Corrections(licences=(one,)), profile, vocabulary) == []
    assert missed == UNREAD


@pytest.mark.parametrize("claim", list(Claim))
def test_nearly_every_concept_is_read_as_it_was_stated_and_the_others_are_told(reader: Reader, vocabulary: Vocabulary, claim: Claim) -> None:
    missed = []
    for concept in vocabulary.concepts:
        said = Corrections(concepts=(StatedConcept(concept, claim),))
        missed += misread(said, _read(reader, vocabulary, said, resume("Jane Example, LCSW\nAustin, TX")), vocabulary)
    assert len(missed) <= 0.02 * len(vocabulary.concepts)


def test_what_is_struck_is_read_no_more_and_all_else_stands_where_it_stood(reader: Reader, vocabulary: Vocabulary) -> None:
    before = reader.read(resume(TEXT))
    struck = Corrections().striking(before, "modality.trauma.emdr")
    after = _read(reader, vocabulary, struck)
    assert {one.concept for one in before.mentions} - {one.concept for one in after.mentions} == {"modality.trauma.emdr"}
    assert len(after.text) == len(before.text)
    assert [one for one in after.mentions if one in before.mentions] == list(after.mentions)


def test_a_licence_is_struck_wherever_it_is_named(reader: Reader, vocabulary: Vocabulary) -> None:
    profile = reader.read(resume(TEXT))
    [name] = {licence_name(licence) for licence in profile.licences}
    assert name == "licence:LCSW@TX"
    assert _read(reader, vocabulary, Corrections().striking(profile, name)).licences == ()


def test_the_years_and_the_state_are_replaced(reader: Reader, vocabulary: Vocabulary) -> None:
    profile = reader.read(resume(TEXT))
    own = Corrections().placed("OH", "2", profile, vocabulary)
    after = _read(reader, vocabulary, own)
    assert (after.facts.state, after.facts.years) == ("OH", 2)
    assert (own.placed("", "", after, vocabulary).state, own.placed("", "", after, vocabulary).years) == (None, None)
    assert own.placed("OH", "3", after, vocabulary).years == 3
    assert misread(own, after, vocabulary) == []
    assert misread(own, profile, vocabulary) == ["2 years of experience."]


def test_a_statement_stands_in_the_place_of_all_that_was_said_before(reader: Reader, vocabulary: Vocabulary) -> None:
    first, second = (StatedLicence("LCSW", "OH", status) for status in (Status.ACTIVE, Status.EXPIRED))
    before = Corrections().stating(first, reader.read(resume(TEXT)))
    assert before.stating(second, _read(reader, vocabulary, before)).licences == (second,)
    yes, no = (StatedConcept("modality.dbt", claim) for claim in (Claim.PRACTISED, Claim.NOT))
    before = Corrections().stating(yes, reader.read(resume(TEXT)))
    assert before.concepts == (yes,)
    assert before.struck  # "DBT groups", in whose place it stands
    after = before.stating(no, _read(reader, vocabulary, before))
    assert after.concepts == (no,)
    assert misread(after, _read(reader, vocabulary, after), vocabulary) == []


def test_names_from_a_form_are_found_however_they_are_written(vocabulary: Vocabulary) -> None:
    assert stated_licence(" lcsw ", "TX", "ACTIVE", vocabulary) == StatedLicence("LCSW", "TX", Status.ACTIVE)
    assert stated_concept("emdr", "TRAINING", vocabulary) == StatedConcept("modality.trauma.emdr", Claim.TRAINING)
    assert stated_concept("modality.dbt", "NOT", vocabulary).concept == "modality.dbt"


def test_there_is_an_end_to_statements_and_to_the_text(reader: Reader, vocabulary: Vocabulary) -> None:
    many = Corrections(concepts=tuple(StatedConcept(concept, Claim.NOT) for concept in list(vocabulary.concepts)[:MOST]))
    with pytest.raises(InvalidDocument, match="at most 100 are taken"):
        many.stating(StatedLicence("LCSW", "TX", Status.ACTIVE), reader.read(resume(TEXT)))
    with pytest.raises(InvalidDocument, match="at most 200,000 are taken"):
        corrected(resume("LCSW " * (MAX_TEXT // 5)), many, vocabulary)


def test_what_was_never_read_cannot_be_struck(reader: Reader) -> None:
    for name in ("modality.none", "licence:LPC@TX", "years"):
        with pytest.raises(InvalidDocument, match="nothing of this name was read"):
            Corrections().striking(reader.read(resume("LCSW, Texas")), name)
