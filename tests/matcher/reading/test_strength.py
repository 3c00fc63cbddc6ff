"""How firmly a text makes a claim: the cue in the clause decides, then the section."""

from __future__ import annotations

import pytest

from matcher.document import Kind
from matcher.profile import Strength
from matcher.reading import Reader
from matcher.reading.sections import Section
from matcher.reading.strength import Clause, StrengthReader, clause_around
from matcher.vocabulary import Vocabulary
from tests.conftest import posting, resume

EMDR, CBT, DBT, SPANISH = "modality.trauma.emdr", "modality.cbt", "modality.dbt", "language.spanish"


def _asked(reader: Reader, text: str) -> dict[str, str]:
    return {mention.concept: mention.strength.value for mention in reader.read(posting(text)).mentions}


def _claimed(reader: Reader, text: str) -> dict[str, str]:
    return {mention.concept: mention.strength.value for mention in reader.read(resume(text)).mentions}


@pytest.mark.parametrize(
    ("text", "concept", "strength"),
    [
        ("Requirements\nExperience with EMDR.", EMDR, "required"),
        ("Must have experience with DBT.", DBT, "required"),
        ("Fluency in Spanish required.", SPANISH, "required"),
        ("Preferred qualifications\nEMDR.", EMDR, "preferred"),
        ("EMDR is a plus.", EMDR, "preferred"),
        ("Spanish preferred.", SPANISH, "preferred"),
        ("Requirements\nExperience with EMDR; DBT is a plus.", DBT, "preferred"),
        ("Responsibilities\nDeliver EMDR to adults.", EMDR, "context"),
        ("You will see adults and use CBT.", CBT, "context"),
        ("We provide training in EMDR.", EMDR, "offered"),
        ("EMDR workshops are paid by us.", EMDR, "offered"),
        ("EMDR is not offered here.", EMDR, "excluded"),
        ("BSW. LBSW a plus.", "degree.bsw", "required"),
        ("MSW (required) and a willingness to learn", "degree.msw", "required"),
        ("A valid driver's license, first aid and a food handler card.", "certification.first-aid", "required"),
        ("Our team has an MSW and a nurse.", "degree.msw", "context"),
        ("Familiarity with DBT or willingness to learn it.", DBT, "preferred"),
        ("Don't worry if EMDR is new to you: we train you.", EMDR, "offered"),
        ("DBT, not EMDR.", EMDR, "excluded"),
    ],
)
def test_a_posting_requires_prefers_mentions_offers_or_excludes(reader: Reader, text: str, concept: str, strength: str) -> None:
    assert _asked(reader, text)[concept] == strength


@pytest.mark.parametrize("text", ["No CBT experience needed.", "CBT is not required.", "CBT isn't a must.", "We do not use CBT."])
def test_what_a_posting_does_not_need_is_not_asked(reader: Reader, text: str) -> None:
    assert _asked(reader, text)[CBT] == "excluded"
    assert reader.read(posting(text)).requirements == ()


def test_not_required_and_helpful_is_preferred(reader: Reader) -> None:
    assert _asked(reader, "CBT is helpful, not required.")[CBT] == "preferred"


@pytest.mark.parametrize("text", ["CBT experience is not required but helpful.", "CBT isn't necessary, but a plus."])
def test_not_required_but_helpful_is_preferred(reader: Reader, text: str) -> None:
    assert _asked(reader, text)[CBT] == "preferred"


def test_a_method_called_required_is_required(reader: Reader) -> None:
    assert _asked(reader, "EMDR experience required.")[EMDR] == "required"


@pytest.mark.parametrize(
    ("text", "concept", "strength"),
    [
        ("Experience\nProvided EMDR to adults.", EMDR, "practised"),
        ("Summary\nProvided CBT to adults. EMDR and more.", CBT, "practised"),
        ("Summary\nProvided CBT to adults. EMDR and more.", EMDR, "listed"),
        ("Skills\nCBT, DBT and EMDR.", EMDR, "listed"),
        ("Familiar with EMDR.", EMDR, "training"),
        ("Coursework in EMDR.", EMDR, "training"),
        ("Skills\nEMDR (in training)", EMDR, "training"),
        ("Completed training in EMDR.", EMDR, "training"),
        ("Fluent in Spanish.", SPANISH, "held"),
        ("EMDR certification lapsed in 2019.", "certification.emdria", "lapsed"),
        ("Certified EMDR therapist (expired)", "certification.emdria", "lapsed"),
        ("I do not offer EMDR.", EMDR, "excluded"),
        ("No experience with EMDR.", EMDR, "excluded"),
        ("Not yet fluent in Spanish.", SPANISH, "training"),
    ],
)
def test_a_resume_practises_lists_learns_lets_lapse_or_excludes(reader: Reader, text: str, concept: str, strength: str) -> None:
    assert _claimed(reader, text)[concept] == strength


@pytest.mark.parametrize(
    "text", ["I refer out for psychological testing.", "Psychological testing is referred out.", "I refer elsewhere for psychological testing."]
)
def test_what_is_referred_out_is_not_done(reader: Reader, text: str) -> None:
    assert _claimed(reader, text)["duty.testing"] == "excluded"
    assert _asked(reader, text)["duty.testing"] == "excluded"


@pytest.mark.parametrize("words", ["Not only CBT but also EMDR", "Not just CBT but EMDR", "Not limited to CBT but EMDR"])
def test_not_only_denies_nothing(reader: Reader, words: str) -> None:
    assert _claimed(reader, f"Experience\n{words} with adults.")[CBT] == "practised"
    assert _claimed(reader, f"Experience\n{words} with adults.")[EMDR] == "practised"
    assert _asked(reader, f"{words} with adults.")[CBT] == "context"


def test_a_number_no_less_than_is_no_denial(reader: Reader) -> None:
    assert _asked(reader, "No fewer than 20 CBT sessions a week.")[CBT] == "context"


def test_a_word_of_practice_between_training_and_a_method_makes_it_practised(reader: Reader) -> None:
    assert _claimed(reader, "Experience\nAfter training provided EMDR.")[EMDR] == "practised"


def test_a_denial_ends_with_its_clause(reader: Reader) -> None:
    found = _claimed(reader, "Experience\nDid not offer DBT; provided EMDR. Used CBT.")
    assert (found[DBT], found[EMDR], found[CBT]) == ("excluded", "practised", "practised")


def _clause(text: str, words: str) -> Clause:
    start = text.index(words)
    return clause_around(text, start, start + len(words))


def test_the_clause_around_a_mention_ends_at_breaks_and_takes_the_brackets_behind_it() -> None:
    clause = _clause("Adults; uses EMDR (in training) daily. Then more.", "EMDR")
    assert (clause.before, clause.after) == (" uses ", " ")
    assert [clause.text[low:high] for low, high, _ in clause.scopes] == [" uses EMDR (in training) daily"]
    assert clause.aside
    assert clause.text[slice(*clause.aside)] == "in training"
    assert clause.text[slice(*clause.sentence)] == "Adults; uses EMDR (in training) daily"


def test_the_clause_in_brackets_lies_within_the_one_around_them() -> None:
    clause = _clause("Methods (CBT; DBT and more) are preferred; others too.", "DBT")
    assert [(clause.text[low:high], inside) for low, high, inside in clause.scopes] == [
        (" DBT and more", True),
        ("Methods (CBT; DBT and more) are preferred", False),
    ]


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("No adults\nnot couples but families, however few", " families,"),
        ("No couples, we see families", "we see families"),
        ("Not couples and you see families", "you see families"),
        ("Seen by Dr. Roe: families", "Seen by Dr. Roe: families"),
        ("work of a line that is long enough to be wrapped by a program\nand families", None),
    ],
)
def test_a_clause_ends_at_a_new_subject_but_not_at_abbreviations_and_wrapped_lines(text: str, clause: str | None) -> None:
    found = _clause(text, "families")
    low, high, _ = found.scopes[0]
    assert text[low:high] == (clause or text)


def test_the_section_decides_where_the_clause_says_nothing(vocabulary: Vocabulary) -> None:
    reader, silent = StrengthReader(vocabulary.cues), _clause("EMDR", "EMDR")
    posted = {section: reader.strength(Kind.POSTING, "modality", section, silent) for section in (Section.REQUIRED, Section.PREFERRED, Section.DUTIES)}
    assert posted == {Section.REQUIRED: Strength.REQUIRED, Section.PREFERRED: Strength.PREFERRED, Section.DUTIES: Strength.CONTEXT}
    claimed = {section: reader.strength(Kind.RESUME, "modality", section, silent) for section in (Section.EXPERIENCE, Section.SKILLS, Section.TRAINING)}
    assert claimed == {Section.EXPERIENCE: Strength.PRACTISED, Section.SKILLS: Strength.LISTED, Section.TRAINING: Strength.TRAINING}


def test_a_degree_under_benefits_is_offered_and_a_method_there_is_part_of_the_work(vocabulary: Vocabulary) -> None:
    reader, silent = StrengthReader(vocabulary.cues), _clause("EMDR", "EMDR")
    assert reader.strength(Kind.POSTING, "certification", Section.OFFER, silent) is Strength.OFFERED
    assert reader.strength(Kind.POSTING, "modality", Section.OFFER, silent) is Strength.CONTEXT


def test_the_cues_of_the_next_sentence_do_not_count(reader: Reader) -> None:
    assert _asked(reader, "Requirements\nEMDR. Spanish is a plus.")[EMDR] == "required"
    assert _claimed(reader, "Experience\nProvided EMDR. Retired from teaching.")[EMDR] == "practised"


@pytest.mark.parametrize(
    ("text", "concept", "strength"),
    [
        ("Candidates with experience in EMDR and CBT are preferred.", CBT, "preferred"),
        ("Must have experience with CBT, EMDR preferred.", CBT, "required"),
        ("Must have experience with CBT, EMDR preferred.", EMDR, "preferred"),
        ("Preferred: CBT; experience with EMDR required.", CBT, "preferred"),
        ("Preferred: CBT; experience with EMDR required.", EMDR, "required"),
        ("Experience with evidence-based practices (CBT, DBT) preferred.", DBT, "preferred"),
        ("Requirements\nCBT (preferred), DBT.", CBT, "preferred"),
        ("Requirements\nPractice, which may include CBT.", CBT, "context"),
        ("We offer CBT to adults.", CBT, "context"),
        ("EMDR is provided by our partners.", EMDR, "excluded"),
        ("We don't do testing, and you will use CBT.", CBT, "context"),
        ("Provide CBT to meet the needs of adults with experience of war.", CBT, "context"),
        ("Provide CBT as needed to adults with experience of war.", CBT, "context"),
        ("EMDR Therapist\n\nWe help.", EMDR, "context"),
        ("Applicants without EMDR will not be considered.", EMDR, "required"),
        ("Not only CBT but also EMDR is needed.", EMDR, "required"),
        ("We offer weekly supervision and training in EMDR.", EMDR, "offered"),
        ("CBT is offered by our sister clinic.", CBT, "excluded"),
        ("Instead of EMDR we use CBT.", CBT, "context"),
        ("Bilingual Spanish Therapist\n\nWe help.", SPANISH, "required"),
    ],
)
def test_the_cue_that_speaks_of_a_method_decides(reader: Reader, text: str, concept: str, strength: str) -> None:
    assert _asked(reader, text)[concept] == strength


@pytest.mark.parametrize(
    ("text", "concept", "strength"),
    [
        ("EXPERIENCE\nDid evaluations in Spanish and CBT.", SPANISH, "practised"),
        ("LANGUAGES\nSpanish, fluent.", SPANISH, "held"),
        ("EDUCATION\nMSW, State University, 2018. Internship: CBT with adults.", CBT, "practised"),
        ("EDUCATION\nMSW, State University, 2018. Thesis on CBT.", CBT, "listed"),
        ("WHAT COMES NEXT\nI would like to use EMDR.", EMDR, "listed"),
        ("Jane Roe\n\nIn 2018 I joined a clinic and used CBT. I am looking for a post with EMDR.", EMDR, "listed"),
        ("TRAINING\nEMDR, 2019\nCBT; I have co-led two groups.", EMDR, "training"),
        ("EXPERIENCE\nProvided CBT training to 20 counselors.", CBT, "practised"),
        ("NOT OFFERED\nEMDR.", EMDR, "excluded"),
        ("Attended a two-day workshop on EMDR.", EMDR, "training"),
        ("SKILLS\nCBT, EMDR.\nI have used CBT.", EMDR, "listed"),
        ("HOW I TREAT\nI have used CBT with adults.", CBT, "practised"),
        ("Jane Roe\nEMDR therapist for couples", EMDR, "practised"),
        ("EXPERIENCE\nI do not supervise, provided CBT.", CBT, "practised"),
        ("EMDR and CBT aren't part of my job.", EMDR, "excluded"),
    ],
)
def test_what_work_shows_and_what_is_only_named(reader: Reader, text: str, concept: str, strength: str) -> None:
    assert _claimed(reader, text)[concept] == strength
