"""What says nothing about work or worker counts for nothing and is not shown to the model."""

from __future__ import annotations

import pytest

from matcher.reading import Reader
from matcher.reading.boilerplate import decoration_spans, without
from tests.conftest import posting, resume


def _seen(reader: Reader, text: str, of=resume) -> str:
    profile = reader.read(of(text))
    return " ".join(" ".join(profile.text[start:end] for start, end in profile.kept).split())


@pytest.mark.parametrize(
    "text",
    [
        "We are an equal opportunity employer of veterans and LGBTQ people.",
        "All are considered regardless of sexual orientation, veteran status, or disability.",
        "Drug-free workplace; substance use is tested by a drug screen.",
        "Benefits include medical, dental and vision with autism coverage for children.",
        "Paid time off and couples counseling for staff.",
        "EEO Statement\nwe hire veterans, older adults and women.",
        "A background check looks for child abuse.",
        "Health plan with autism and fertility coverage.",
        "Candidates from Black, Latino and Native communities are strongly encouraged.",
        "LGBTQ+ applicants and older workers are welcome to apply.",
        "Employer-paid life, dental, short-term disability and grief leave.",
        "Applicants are tested for opioids, cocaine and cannabis before they start.",
        "Clean driving record, no alcohol offenses, child abuse clearances.",
        "Our award-winning therapists treat trauma with EMDR.",
        "For forty years our founders have walked with veterans and refugees.",
        "Named a Best Place to Work for Women and Parents.",
        "Related searches: psychiatrist jobs, ABA jobs, eating disorder jobs",
    ],
)
def test_legal_words_and_benefits_make_no_mention(reader: Reader, text: str) -> None:
    profile = reader.read(posting(f"Provide CBT daily.\n\n{text}"))
    assert [mention.concept for mention in profile.mentions] == ["modality.cbt"]
    assert _seen(reader, f"Provide CBT daily.\n\n{text}", posting) == "Provide CBT daily."


def test_only_the_sentence_of_a_legal_word_is_cut(reader: Reader) -> None:
    text = "Provide CBT. We are a drug-free workplace. Provide EMDR daily."
    assert {mention.concept for mention in reader.read(posting(text)).mentions} == {"modality.cbt", "modality.trauma.emdr"}
    assert _seen(reader, text, posting) == "Provide CBT. Provide EMDR daily."


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("jane.roe+work@example.org", "example"),
        ("(813) 555-0147", "555"),
        ("813-555-0147", "555"),
        ("https://example.org/jane", "example"),
        ("linkedin.com/in/zed", "linkedin"),
        ("123 Oak Street", "Oak"),
        ("She/her", "her"),
        ("they/them", "them"),
        ("[EMAIL]", "EMAIL"),
    ],
)
def test_contact_and_pronouns_are_not_seen(reader: Reader, text: str, hidden: str) -> None:
    seen = _seen(reader, f"Jane Roe\n{text}\n\nExperience\nprovided CBT.")
    assert hidden.lower() not in seen.lower()
    assert "provided CBT." in seen


@pytest.mark.parametrize("name", ["Jane Roe", "Jane Roe LCSW", "Zoë O’Neil", "JANE ROE"])
def test_the_name_is_not_seen_wherever_it_stands(reader: Reader, name: str) -> None:
    seen = _seen(reader, f"{name}\nTherapist\n\nExperience\n{name.split()[1].title()} provided CBT.")
    assert not set(name.lower().replace(" lcsw", "").split()) & set(seen.lower().split())
    assert "provided CBT." in seen


@pytest.mark.parametrize("line", ["Jane Roe, LCSW", "JANE ROE, LCSW", "Jane Roe, LCSW | Tampa, FL", "Dr. Jane Roe, PhD"])
def test_a_name_before_its_letters_is_not_seen(reader: Reader, line: str) -> None:
    seen = _seen(reader, f"{line}\nTherapist\n\nExperience\nRoe provided CBT.").lower()
    assert "jane" not in seen
    assert "roe" not in seen


def test_references_and_hobbies_are_not_seen(reader: Reader) -> None:
    text = "Jane Roe\n\nExperience\nprovided CBT.\n\nReferences\njohn miller, a trainer.\n\nHobbies\nsailing, mostly."
    assert _seen(reader, text) == "Experience provided CBT."


@pytest.mark.parametrize("text", ["Objective: a position with children.", "Hobbies: art, dance, volunteering.", "INTERESTS\nart and dance"])
def test_wishes_and_free_time_are_no_experience(reader: Reader, text: str) -> None:
    assert reader.read(resume(text)).mentions == ()


def test_a_resume_of_another_name_is_seen_as_the_same(reader: Reader) -> None:
    one, other = (f"{name}\n{pronoun} helps.\n\nExperience\nprovided CBT." for name, pronoun in (("Jane Roe", "She"), ("Kwame Mbeki", "He")))
    assert _seen(reader, one) == _seen(reader, other) == "helps. Experience provided CBT."


def test_rules_and_bullets_are_not_seen(reader: Reader) -> None:
    assert _seen(reader, "=====\n• Provide CBT\n● Provide EMDR ....... daily", posting) == "Provide CBT Provide EMDR daily"
    assert decoration_spans("a --- b • c - d") == [(2, 5), (8, 9)]


def test_what_is_left_of_a_text_comes_in_order_without_empty_stretches() -> None:
    assert without("one two three", [(4, 7), (3, 5)]) == [(0, 3), (7, 13)]
    assert without("one  two", [(0, 3), (5, 8)]) == []
    assert without("one", []) == [(0, 3)]
