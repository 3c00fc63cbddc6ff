"""What says who a person is stands nowhere in what is read, and the rest stays."""

from __future__ import annotations

import pytest

from matcher.reading import Reader
from matcher.reading.identity import name_of
from tests.conftest import resume

WORK = "\n\nExperience\nprovided CBT to adults."


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jane Roe, LCSW\nAustin, TX", "Jane Roe"),
        ("JANE ROE\n(813) 555-0147", "JANE ROE"),
        ("Resume\n\nMaría José de la Cruz, Jr., PhD", "María José de la Cruz, Jr."),
        ("ROE-SMITH, JANE A.\njane@example.org", "ROE-SMITH, JANE A."),
        ("Ms. Virginia Washington | LPC", "Virginia Washington"),
        ("Licensed Clinical Social Worker, Texas", None),
        ("Trauma Therapist, LCSW", None),
        ("LADC II, Massachusetts", None),
        ("LPA, HSP-PA. Assessment of children.", None),
        ("Provided CBT daily", None),
        ("Contact\n512-555-0162 (Mobile)\n\nTop Skills\nClinical Supervision\n\nPriya Venkat, LCSW-S\nSocial worker\nAustin, Texas", "Priya Venkat"),
        ("Contact\n512-555-0162\n\nTop Skills\nGeriatric Mental Health\n\nPriya Venkat\nSocial worker\nAustin, Texas, United States", "Priya Venkat"),
        ("Contact\n512-555-0162\n\nTop Skills\nGeriatric Mental Health\nInpatient Psychiatry\nAustin, Texas, United States", None),
        ("Contact\n512-555-0162\n\nSupervised by Priya Venkat, LCSW", None),
    ],
)
def test_a_name_is_known_by_its_place_and_what_stands_near(text: str, name: str | None) -> None:
    found = name_of(text)
    assert (text[slice(*found)] if found else None) == name


@pytest.mark.parametrize("name", ["Virginia Washington", "Carolina Dallas", "Dakota Grant", "Jane Roe"])
def test_a_name_that_is_a_place_or_a_heading_is_read_as_neither(reader: Reader, name: str) -> None:
    profile = reader.read(resume(f"{name}, LCSW\nColumbus, OH 43215{WORK}"))
    assert [(one.title, one.state) for one in profile.licences] == [("LCSW", "OH")]
    assert profile.facts.states == ("OH",)
    assert profile.licences[0].mention.start == len(name) + 2


@pytest.mark.parametrize("line", ["Age: 58", "Born 1964", "DOB: 3/14/64", "Pronouns: ze/hir", "Photo attached", "12 Oak Street, Apt 4", "Phone: 813-555-0147"])
def test_a_line_of_identity_leaves_no_trace(reader: Reader, line: str) -> None:
    with_it, without_it = (reader.read(resume(f"Jane Roe, LCSW\n{one}Austin, TX{WORK}")) for one in (f"{line}\n", ""))
    seen = ["".join(profile.text[start:end] for start, end in profile.kept) for profile in (with_it, without_it)]
    assert seen[0] == seen[1]
    assert "provided CBT to adults." in seen[0]


@pytest.mark.parametrize(
    "text", ["adults age 65 and over", "clients 18 years old and up", "children born in poverty", "photo therapy groups for clients of all ages"]
)
def test_words_about_clients_stay(reader: Reader, text: str) -> None:
    profile = reader.read(resume(f"Jane Roe, LCSW\nAustin, TX\n\nExperience\nprovided CBT to {text}."))
    assert text in "".join(profile.text[start:end] for start, end in profile.kept)
