"""A text is cut at its headings, without gaps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.document import Kind
from matcher.reading.sections import find_sections
from matcher.vocabulary import Vocabulary, load


def _sections(vocabulary: Vocabulary, text: str, kind: Kind, body: int = 0) -> list[tuple[str, str]]:
    return [(span.section.value, text[span.start : span.end]) for span in find_sections(text, kind, body, vocabulary.headings).spans]


def test_a_posting_is_cut_at_its_headings(vocabulary: Vocabulary) -> None:
    text = "We help.\nResponsibilities\nsee clients.\nRequirements\nan LCSW.\nPreferred\nsome Spanish.\nBenefits\na pension.\nEqual Opportunity\nfor all."
    assert _sections(vocabulary, text, Kind.POSTING) == [
        ("body", "We help.\n"),
        ("duties", "Responsibilities\nsee clients.\n"),
        ("required", "Requirements\nan LCSW.\n"),
        ("preferred", "Preferred\nsome Spanish.\n"),
        ("offer", "Benefits\na pension.\n"),
        ("boilerplate", "Equal Opportunity\nfor all."),
    ]


def test_a_resume_is_cut_at_its_headings(vocabulary: Vocabulary) -> None:
    text = "SUMMARY\ni help.\nEXPERIENCE\ndid therapy.\nEDUCATION\nan msw.\nLICENSES\nan lcsw.\nSKILLS\ncbt, more.\nREFERENCES\non demand."
    assert [section for section, _ in _sections(vocabulary, text, Kind.RESUME)] == ["summary", "experience", "education", "licences", "skills", "other"]


def test_a_preferred_heading_wins_over_the_requirements_it_names(vocabulary: Vocabulary) -> None:
    assert _sections(vocabulary, "Preferred Qualifications\nsome Spanish.", Kind.POSTING)[0][0] == "preferred"


def test_a_label_with_its_words_behind_it_is_a_section_of_one_line(vocabulary: Vocabulary) -> None:
    text = "Duties\nsee clients.\nRequirements: an LCSW\nmore is said here."
    assert _sections(vocabulary, text, Kind.POSTING) == [
        ("duties", "Duties\nsee clients.\n"),
        ("required", "Requirements: an LCSW"),
        ("duties", "\nmore is said here."),
    ]


@pytest.mark.parametrize("line", ["Requirements", "REQUIREMENTS", "**Requirements**", "## Requirements", "Requirements:", "=== Requirements ==="])
def test_a_heading_is_known_in_any_dress(vocabulary: Vocabulary, line: str) -> None:
    assert _sections(vocabulary, f"{line}\nan lcsw, at least.", Kind.POSTING) == [("required", f"{line}\nan lcsw, at least.")]


@pytest.mark.parametrize(
    "line", ["Requirements are few.", "- Requirements", "• Requirements", "the requirements are long and go on over the whole of this very long line"]
)
def test_a_sentence_or_a_bullet_is_no_heading(vocabulary: Vocabulary, line: str) -> None:
    assert _sections(vocabulary, f"We help.\n{line}\nmore.", Kind.POSTING) == [("body", f"We help.\n{line}\nmore.")]


def test_the_lines_before_the_text_are_its_title(vocabulary: Vocabulary) -> None:
    text = "Requirements Analyst\nan offer."
    assert _sections(vocabulary, text, Kind.POSTING, 21) == [("title", "Requirements Analyst\n"), ("body", "an offer.")]


def test_a_resume_that_lost_its_lines_is_cut_at_the_usual_headings(vocabulary: Vocabulary) -> None:
    text = "jane roe, therapist. Experience 2015 " + "clinic work with adults " * 40 + ". Education MSW of a college. Skills CBT and more"
    assert [section for section, _ in _sections(vocabulary, text, Kind.RESUME)] == ["summary", "experience", "education", "skills"]


@pytest.mark.parametrize("lines", ["EMDR, DBT", "Motivational Interviewing\nCrisis Intervention"])
def test_the_lines_of_a_list_of_skills_belong_to_its_section(vocabulary: Vocabulary, lines: str) -> None:
    text = f"Skills\n{lines}"
    assert _sections(vocabulary, text, Kind.RESUME) == [("skills", text)]


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(st.sampled_from(["Requirements", "we help.", "Benefits: pay", "", "SKILLS", "- a bullet", "Experience", "a, b"]), max_size=12),
    kind=st.sampled_from(Kind),
)
def test_sections_cover_the_text_in_order_without_gaps(lines: list[str], kind: Kind) -> None:
    text = "x" + "\n".join(lines)
    sections = find_sections(text, kind, 0, load().headings)
    assert "".join(text[span.start : span.end] for span in sections.spans) == text
    assert all(sections.at(span.start) is sections.at(span.end - 1) is span.section for span in sections.spans)


@pytest.mark.parametrize("title", ["LCSW - Outpatient Therapist", "Licensed Psychologist"])
def test_the_first_line_of_a_posting_is_its_title_whatever_heading_it_resembles(vocabulary: Vocabulary, title: str) -> None:
    text = f"{title}\nHarbor Education Services\n\nWe help."
    assert _sections(vocabulary, text, Kind.POSTING) == [("title", title), ("body", "\nHarbor Education Services\n\nWe help.")]


def test_a_label_names_the_title(vocabulary: Vocabulary) -> None:
    assert _sections(vocabulary, "We hire.\nPosition: LCSW\nmore.", Kind.POSTING)[1] == ("title", "Position: LCSW")


def test_the_bullets_below_a_sentence_with_a_colon_belong_to_it(vocabulary: Vocabulary) -> None:
    text = "We help.\nOn paper, this is what you'll need:\n- an LCSW\n- Spanish\nCome and see us."
    assert [section for section, _ in _sections(vocabulary, text, Kind.POSTING)] == ["body", "required", "body"]


def test_a_line_that_asks_for_an_ability_is_a_requirement_under_any_heading(vocabulary: Vocabulary) -> None:
    text = "We help.\n(1) Ability to assess veterans.\nMore of us."
    assert _sections(vocabulary, text, Kind.POSTING)[1] == ("required", "(1) Ability to assess veterans.")


@pytest.mark.parametrize("line", ["To qualify for this position, you must meet all.", "Do you possess a degree?", "I possess a degree."])
def test_what_follows_a_question_to_the_applicant_is_required(vocabulary: Vocabulary, line: str) -> None:
    text = f"We help.\n{line}\nan msw of a school, or more."
    assert _sections(vocabulary, text, Kind.POSTING)[-1] == ("required", f"{line}\nan msw of a school, or more.")


def test_an_item_of_a_list_of_requirements_is_no_heading(vocabulary: Vocabulary) -> None:
    text = "Requirements\n\n1-year ABA experience preferred in schools\nValid driver's license, clean."
    assert _sections(vocabulary, text, Kind.POSTING) == [("required", text)]


def test_the_name_and_contact_of_a_resume_are_its_title_up_to_an_empty_or_a_long_line(vocabulary: Vocabulary) -> None:
    text = "Jane Roe, LCSW\nTampa, FL\n\nI work with adults."
    assert _sections(vocabulary, text, Kind.RESUME) == [("title", "Jane Roe, LCSW\nTampa, FL\n\n"), ("body", "I work with adults.")]
    long = "I have worked with adults for years, " * 4
    assert _sections(vocabulary, f"Jane Roe\n{long}", Kind.RESUME) == [("title", "Jane Roe\n"), ("body", long)]


def test_a_line_of_a_job_with_its_years_begins_experience_and_a_degree_education(vocabulary: Vocabulary) -> None:
    text = "Skills\ncbt, dbt.\nTherapist, Harbor House, 2019 to present\nsaw adults.\nMSW, State University, 2018\nthesis."
    assert [section for section, _ in _sections(vocabulary, text, Kind.RESUME)] == ["skills", "experience", "education"]


def test_a_licence_with_its_years_is_no_job(vocabulary: Vocabulary) -> None:
    text = "LICENSES\nLicensed clinical social worker, Ohio, 2019 to present, active."
    assert [section for section, _ in _sections(vocabulary, text, Kind.RESUME)] == ["licences"]


def test_dates_without_a_school_among_degrees_are_a_job(vocabulary: Vocabulary) -> None:
    text = "EDUCATION\nBA, State College, 2015.\nHarbor Collaborative, 2016 to 2019\nserved three schools."
    assert [section for section, _ in _sections(vocabulary, text, Kind.RESUME)] == ["education", "education", "experience"]


def test_what_is_not_done_ends_with_its_paragraph(vocabulary: Vocabulary) -> None:
    text = "Skills\ncbt.\n\nNOT OFFERED\ntesting.\n\nHebrew at home."
    assert [section for section, _ in _sections(vocabulary, text, Kind.RESUME)] == ["skills", "not", "skills"]


def test_a_label_in_a_text_that_lost_its_lines_is_a_list(vocabulary: Vocabulary) -> None:
    text = "Jane Roe. Work Experience 2015 " + "clinic work with adults " * 40 + "? Technology: Epic, Excel ? more work. Education MSW of a college."
    assert ("skills", "Technology: Epic, Excel ") in _sections(vocabulary, text, Kind.RESUME)


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("SUPERVISED CLINICAL TRAINING", "experience"),
        ("FIELD EDUCATION", "experience"),
        ("Clinical practice, briefly", "experience"),
        ("PRACTICUM (600 hours, 252 direct)", "experience"),
        ("Continuing education since last renewal", "training"),
        ("Clinical skills", "skills"),
        ("FOCUS", "skills"),
        ("WHAT I HOPE TO FIND", "seeking"),
        ("INTERESTS IN PRACTICE", "seeking"),
        ("WHAT I CANNOT YET DO", "not"),
    ],
)
def test_headings_of_a_resume(vocabulary: Vocabulary, heading: str, section: str) -> None:
    assert _sections(vocabulary, f"Jane Roe\n\n{heading}\nthis and that, and more.", Kind.RESUME)[1][0] == section
