"""What says who a person is stands nowhere in what is read, and the rest stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matcher.document import Kind
from matcher.reading import Reader
from matcher.reading.boilerplate import MAIL, TELEPHONE
from matcher.reading.identity import name_of
from scripts.demo import SAMPLE
from scripts.measure import documents_of
from tests.conftest import SHARED, resume

PRINTED = re.compile(r"([A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+), (?:[A-Z]{2,6}\b|Ph\.?D|Psy\.?D)")  # "Jane Q. Roe, LCSW": a name for certain
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


def hidden(reader: Reader, text: str) -> str:
    letters = list(text)
    for start, end in reader.personal(resume(text)):
        letters[start:end] = "█" * (end - start)
    return "".join(letters)


def test_by_nothing_that_is_shown_without_names_a_person_is_found(reader: Reader) -> None:
    text = (
        "Curriculum Vitae of Dr. Ximena Quarry\nColumbus, OH\n\nLISW, License # I.1902345, lic M.1900123, NPI 1234567893, ORCID 0000-0002-1825-0097, @xquarry\n"
        "As Ximena tells clients, my name is Ximena Quarry. CBT 2019. 1,500 hours. License renewed 2019; certification required in 2021. (614) 555-0192"
    )
    shown = hidden(reader, text)
    for told in ("Ximena", "Quarry", "1902345", "1900123", "1234567893", "0000-0002", "xquarry", "555-0192"):
        assert told not in shown
    for told in ("LISW", "CBT 2019", "1,500 hours", "renewed 2019", "required in 2021"):
        assert told in shown


@pytest.mark.parametrize("path", [SAMPLE / "resumes.jsonl", SHARED / "bench" / "resumes.jsonl"], ids=["sample", "judged set"])
def test_of_many_resumes_no_name_address_or_number_stays_readable(reader: Reader, path: Path) -> None:
    if not path.exists():
        pytest.skip(f"{path.name} of the judged set is not here")
    for document in documents_of(path, Kind.RESUME):
        shown = hidden(reader, document.text)
        assert not re.search(rf"{MAIL}|{TELEPHONE}", shown), document.id
        first = next(line for line in document.text.splitlines() if line.strip())
        printed = PRINTED.match(first.strip())
        assert not printed or not any(re.search(rf"\b{part}\b", shown) for part in printed.group(1).split()), document.id
