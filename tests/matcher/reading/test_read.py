"""A document becomes a profile whose every claim has its place in the text."""

from __future__ import annotations

from datetime import date

from matcher.profile import Mention, Requirement, Strength
from matcher.reading import Reader
from matcher.reading.read import full_text
from matcher.vocabulary import Vocabulary
from tests.conftest import posting, resume

POSTING = posting("Requirements\nExperience with EMDR daily. Spanish is a plus.\nDuties\ndo EMDR.", title="Clinical Social Worker", place="Tampa, FL")


def test_title_and_place_stand_before_the_text_on_lines_of_their_own() -> None:
    text, fields = full_text(POSTING)
    assert text == f"Clinical Social Worker\nTampa, FL\n{POSTING.text}"
    assert [(name, text[start:end]) for name, start, end in fields] == [("title", POSTING.title), ("place", POSTING.place), ("text", POSTING.text)]
    assert full_text(resume("Just words.")) == ("Just words.", (("text", 0, 11),))


def test_a_requirement_gathers_every_place_that_asks_and_is_as_firm_as_the_firmest(reader: Reader) -> None:
    profile = reader.read(POSTING)
    (emdr, spanish) = profile.requirements
    assert emdr == Requirement("modality.trauma.emdr", Strength.REQUIRED, emdr.mentions)
    assert [(profile.quote(mention), mention.strength.value) for mention in emdr.mentions] == [("EMDR", "required"), ("EMDR", "context")]
    assert (spanish.concept, spanish.necessity) == ("language.spanish", Strength.PREFERRED)


def test_what_is_offered_or_excluded_is_no_requirement(reader: Reader) -> None:
    assert reader.read(posting("EMDR workshops are paid by us. We do not use hypnosis.")).requirements == ()


def test_a_resume_has_no_requirements_and_no_clause(reader: Reader) -> None:
    profile = reader.read(resume("Must have EMDR. LCSW required."))
    assert (profile.requirements, profile.clauses) == ((), ())


def test_every_mention_stands_where_its_offsets_say(reader: Reader) -> None:
    profile = reader.read(POSTING)
    quoted = [(mention.concept, profile.quote(mention), profile.locate(mention)[0]) for mention in profile.mentions]
    assert quoted == [
        ("profession.clinical-social-worker", "Clinical Social Worker", "title"),
        ("modality.trauma.emdr", "EMDR", "text"),
        ("language.spanish", "Spanish", "text"),
        ("modality.trauma.emdr", "EMDR", "text"),
    ]


def test_the_profession_of_a_posting_is_that_of_its_title(reader: Reader) -> None:
    profile = reader.read(posting("Join a psychiatrist and a psychologist.", title="Clinical Social Worker"))
    assert [mention.concept for mention in profile.professions] == ["profession.clinical-social-worker"]


def test_a_posting_without_a_title_is_of_the_professions_it_names_first(reader: Reader) -> None:
    assert [mention.concept for mention in reader.read(posting("A psychologist is wanted.")).professions] == ["profession.psychologist"]


def test_the_profession_of_a_resume_is_a_job_and_not_somebody_elses(reader: Reader) -> None:
    profile = reader.read(resume("Jane Roe\nClinical Social Worker\n\nExperience\nworked beside psychologists, and a psychiatrist."))
    assert [profile.quote(mention) for mention in profile.professions] == ["Clinical Social Worker"]
    own = reader.read(resume("Jane Roe\n\nExperience\nworked as a psychologist."))
    assert [mention.concept for mention in own.professions] == ["profession.psychologist"]


def test_kept_stretches_lie_in_the_text_in_order(reader: Reader) -> None:
    profile = reader.read(resume("Jane Roe\njane@example.org\n\nExperience\nShe provided CBT.\n\nReferences\nmore."))
    assert [words for start, end in profile.kept if (words := profile.text[start:end].strip())] == ["Experience", "provided CBT."]


def test_reading_knows_no_day_but_the_one_it_was_given(vocabulary: Vocabulary) -> None:
    document = resume("Experience\ntherapist, 2015 - present")
    assert [Reader(vocabulary, date(year, 1, 1)).read(document).facts.years for year in (2020, 2026)] == [5.0, 11.0]


def test_the_same_document_gives_the_same_profile(reader: Reader, vocabulary: Vocabulary) -> None:
    assert reader.read(POSTING) == reader.read(POSTING) == Reader(vocabulary, date(2026, 11, 22)).read(POSTING)


def test_a_text_without_anything_known_has_an_empty_profile(reader: Reader) -> None:
    profile = reader.read(resume("zebra crossing painter"))
    assert (profile.mentions, profile.licences, profile.professions, profile.kept) == ((), (), (), ((0, 22),))


def test_a_mention_is_a_concept_with_a_place_and_a_strength(reader: Reader) -> None:
    assert reader.read(resume("Experience\nprovided CBT.")).mentions == (Mention("modality.cbt", 20, 23, Strength.PRACTISED),)
