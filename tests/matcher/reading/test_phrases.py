"""Phrases are found where they stand, the longest wins, and words that mean two things are decided by their sentence."""

from __future__ import annotations

import pytest

from matcher.reading.phrases import PhraseFinder, Sentences
from matcher.vocabulary import Vocabulary
from matcher.words import Words


@pytest.fixture(scope="module")
def finder(vocabulary: Vocabulary) -> PhraseFinder:
    return PhraseFinder(vocabulary)


def _found(finder: PhraseFinder, text: str) -> set[tuple[str, str]]:
    words = Words(text)
    return {(place.form.concept, text[words.words[place.first].start : words.words[place.last].end]) for place in finder.find(words)}


def _methods(finder: PhraseFinder, text: str) -> set[str]:
    return {concept for concept, _ in _found(finder, text) if concept.startswith("modality.")}


@pytest.mark.parametrize(
    ("text", "methods"),
    [
        ("ACT therapy for depression.", {"modality.act"}),
        ("ACT, CBT and DBT used daily.", {"modality.act", "modality.cbt", "modality.dbt"}),
        ("Values work and ACT for anxious adults.", {"modality.act"}),
        ("Member of an ACT team.", {"modality.act-team"}),
        ("ACT for people with serious mental illness on a mobile team.", {"modality.act-team"}),
        ("Affordable Care Act enrolment.", set()),
        ("Patient Protection and Affordable Care ACT.", set()),
        ("You must act fast.", set()),
        ("Act as a contact for schools.", set()),
    ],
)
def test_act_is_a_therapy_a_team_a_law_or_a_verb(finder: PhraseFinder, text: str, methods: set[str]) -> None:
    assert _methods(finder, text) == methods


@pytest.mark.parametrize("text", ["CPT therapy for veterans.", "Delivered CPT and PE.", "CPT for PTSD."])
def test_cpt_beside_trauma_is_a_therapy(finder: PhraseFinder, text: str) -> None:
    assert "modality.cpt" in _methods(finder, text)


@pytest.mark.parametrize("text", ["CPT codes and billing.", "Bills CPT 90837 codes for trauma therapy.", "Knows ICD-10 and CPT."])
def test_cpt_beside_codes_is_no_therapy(finder: PhraseFinder, text: str) -> None:
    assert "modality.cpt" not in _methods(finder, text)


def test_an_ambiguous_form_is_not_its_own_cue(finder: PhraseFinder) -> None:
    assert _methods(finder, "CPT.") == set()
    assert _methods(finder, "CPT and CPT.") == set()


def test_a_last_word_is_shared_by_the_items_of_its_list(finder: PhraseFinder) -> None:
    methods = {("modality.individual", "individual"), ("modality.family", "family"), ("modality.group", "group therapy")}
    assert methods <= _found(finder, "Provided individual, family and group therapy.")
    assert {("modality.individual", "individual"), ("modality.group", "group counseling")} <= _found(finder, "individual and group counseling")


def test_a_last_word_is_not_shared_across_sentences(finder: PhraseFinder) -> None:
    assert not {"modality.individual", "modality.family"} & _methods(finder, "Every individual. Each family. Group therapy.")


@pytest.mark.parametrize(
    ("text", "methods"),
    [
        ("cognitive behavioral therapy for insomnia", {"modality.cbt.i"}),
        ("Trauma-Focused CBT", {"modality.cbt.tf"}),
        ("TF-CBT", {"modality.cbt.tf"}),
        ("Trauma-Focused CBT and CBT", {"modality.cbt.tf", "modality.cbt"}),
    ],
)
def test_the_longest_phrase_takes_the_words_of_the_shorter(finder: PhraseFinder, text: str, methods: set[str]) -> None:
    assert _methods(finder, text) == methods


def test_marriage_and_family_therapy_is_no_family_therapy(finder: PhraseFinder) -> None:
    assert "modality.family" not in _methods(finder, "marriage and family therapy")


@pytest.mark.parametrize("text", ["Dialectical Behavior Therapy", "dialectical behavior therapy", "DIALECTICAL BEHAVIOUR THERAPY", "dbt", "DBT"])
def test_names_count_in_any_case_and_spelling(finder: PhraseFinder, text: str) -> None:
    assert _methods(finder, text) == {"modality.dbt"}


def test_abbreviations_that_are_english_words_count_only_in_capitals(finder: PhraseFinder) -> None:
    assert _methods(finder, "We met couples, and they act with care.") == set()


@pytest.mark.parametrize(("text", "methods"), [("DBT a plus.", {"modality.dbt"}), ("The CBT I provided.", {"modality.cbt"}), ("Set up a clinic.", set())])
def test_an_article_or_pronoun_behind_an_abbreviation_is_no_part_of_it(finder: PhraseFinder, text: str, methods: set[str]) -> None:
    assert _methods(finder, text) == methods


def test_a_phrase_does_not_cross_a_sentence_or_a_comma(finder: PhraseFinder) -> None:
    assert "modality.cbt.i" in _methods(finder, "cognitive behavioral therapy for insomnia")
    assert "modality.cbt.i" not in _methods(finder, "cognitive behavioral therapy. For insomnia")
    assert "modality.cbt.i" not in _methods(finder, "cognitive behavioral therapy, for insomnia")


def test_the_same_words_give_the_same_places_in_order_and_once(finder: PhraseFinder) -> None:
    words = Words("CBT, then DBT, then CBT again; EMDR.")
    places = finder.find(words)
    assert [place.form.concept for place in places] == ["modality.cbt", "modality.dbt", "modality.cbt", "modality.trauma.emdr"]
    assert places == finder.find(words)


@pytest.mark.parametrize(
    ("text", "concept", "marked"),
    [
        ("Adult education classes and services for adults.", "population.adults", {"adults"}),
        ("Serves families. Family night on Fridays.", "population.families", {"families"}),
        ("Contact ann@example.com.", "certification.com", set()),
        ("Languages: Ukrainian, Russian", "language.russian", {"Russian"}),
        ("Ukrainian, Russian", "language.russian", set()),
        ("Mary is a therapist trained in trauma. She trained seven new specialists.", "duty.training", {"trained seven new specialists"}),
    ],
)
def test_what_a_word_means_shows_in_the_words_beside_it(finder: PhraseFinder, text: str, concept: str, marked: set[str]) -> None:
    assert {words for found, words in _found(finder, text) if found == concept} == marked


@pytest.mark.parametrize(
    ("text", "methods"),
    [
        ("EFT or Gottman.", {"modality.couples.eft", "modality.couples.gottman"}),
        ("MI and MET with young drinkers.", {"modality.mi", "modality.mi.met"}),
        ("MI and a long drive.", set()),
        ("ART: eye movements and image replacement.", {"modality.trauma.art"}),
        ("ACT: daily meetings with prescriber and nurse.", {"modality.act-team"}),
    ],
)
def test_abbreviations_are_decided_by_their_own_words_by_each_other_and_across_a_colon(finder: PhraseFinder, text: str, methods: set[str]) -> None:
    assert _methods(finder, text) == methods


@pytest.mark.parametrize(("text", "named"), [("Skills: CBT, Epic", True), ("CBT\nEpic\nDBT", True), ("An Epic view of CBT", False), ("CBT, epic", False)])
def test_a_name_that_is_a_word_counts_as_an_item_of_its_own(finder: PhraseFinder, text: str, named: bool) -> None:
    assert ("system.epic", "Epic") in _found(finder, text) or not named
    assert named or "system.epic" not in {concept for concept, _ in _found(finder, text)}


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("Master's degree in counseling, social work, or marriage and family therapy", {"degree.ma-counseling", "degree.msw", "degree.mft-masters"}),
        ("Master's degree in psychology or counseling", {"degree.ma-psychology", "degree.ma-counseling"}),
        ("Master's degree in social work", {"degree.msw"}),
    ],
)
def test_a_degree_in_several_fields_is_each_of_them_and_one_place(finder: PhraseFinder, text: str, degrees: set[str]) -> None:
    assert _found(finder, f"{text} required.") == {(degree, text) for degree in degrees}


@pytest.mark.parametrize(
    ("text", "both"), [("anxiety and depression", {"problem.anxiety", "problem.depression"}), ("trauma and loss", {"problem.trauma", "problem.grief"})]
)
def test_two_things_joined_by_and_are_two(finder: PhraseFinder, text: str, both: set[str]) -> None:
    assert {concept for concept, _ in _found(finder, f"Clients with {text}.")} == both


def test_a_sentence_is_known_by_any_of_its_words() -> None:
    words = Words("One two. Three four five.")
    sentences = Sentences(words)
    assert [(sentences.of(word).first, sentences.of(word).last) for word in (1, 2, 4)] == [(0, 1), (2, 4), (2, 4)]


SAME = {  # concepts whose name another category has too: the words are given to one of them
    "modality.career", "modality.crisis.cism", "modality.crisis.counseling", "modality.crisis.restorative", "modality.forensic", "modality.safety-planning",
    "modality.safety-planning.means", "modality.testing.neuropsych", "modality.testing.psychoeducational", "problem.anger", "duty.couples-therapy",
    "duty.family-therapy", "duty.group-therapy", "duty.individual-therapy", "duty.mbc", "duty.milieu", "duty.psychoeducation",
}  # fmt: skip


def _by_its_name(finder: PhraseFinder, vocabulary: Vocabulary, broken: bool) -> set[str]:
    """The concepts, with or without a comma or slash in their names, that their own name does not name."""
    needy = ("modality.play", "profession.intern", *SAME)
    names = {id: concept.name.partition("(")[0].strip() for id, concept in vocabulary.concepts.items() if id not in needy}
    asked = {id: name for id, name in names.items() if any(mark in name for mark in ",/:") is broken}
    assert asked
    return {id for id, name in asked.items() if id not in {concept for concept, _ in _found(finder, name)}}


def test_every_concept_is_found_by_its_own_name(finder: PhraseFinder, vocabulary: Vocabulary) -> None:
    assert _by_its_name(finder, vocabulary, broken=False) == set()


def test_every_concept_with_a_break_in_its_name_is_found_by_it(finder: PhraseFinder, vocabulary: Vocabulary) -> None:
    assert _by_its_name(finder, vocabulary, broken=True) == set()


@pytest.mark.parametrize("concept", sorted(SAME))
def test_a_name_of_two_categories_is_given_to_one(finder: PhraseFinder, vocabulary: Vocabulary, concept: str) -> None:
    found = {id for id, _ in _found(finder, vocabulary.concepts[concept].name)}
    assert found
    assert concept not in found


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Provided play therapy to children.", "modality.play"),
        ("Clinical intern in a school.", "profession.intern"),
        ("Psychologist at a VA hospital.", "setting.va"),
        ("Conducted mental health screening.", "duty.screening"),
    ],
)
def test_a_plain_form_is_not_forbidden_by_its_own_words(finder: PhraseFinder, text: str, concept: str) -> None:
    assert concept in {found for found, _ in _found(finder, text)}
