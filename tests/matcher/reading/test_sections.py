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
    assert [section for section, _ in _sections(vocabulary, text, Kind.RESUME)] == ["body", "experience", "education", "skills"]


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
