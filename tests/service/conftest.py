"""The real app over a real matcher with the stand-in encoder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from matcher.matcher import Matcher
from service.app import create_app


@pytest.fixture
def client(matcher: Matcher) -> Iterator[TestClient]:
    """A client of the app; its store is empty."""
    with TestClient(create_app(lambda: matcher)) as client:
        yield client


@pytest.fixture
def filled(client: TestClient) -> TestClient:
    """A client of the app over two postings and two resumes."""
    for path, body in DOCUMENTS.items():
        assert client.put(f"/v1/{path}", json=body).status_code == 201
    return client


POSTING = {
    "title": "Outpatient Therapist (LCSW)",
    "employer": "Example Counseling Center",
    "place": "Austin, TX",
    "text": "LCSW licensed in Texas required. Individual therapy with adolescents after trauma. EMDR required, DBT preferred. 2 years of experience.",
    "employment_type": "full_time",
}
NURSE = {
    "title": "Psychiatric Nurse Practitioner",
    "place": "Denver, CO",
    "text": "PMHNP licensed in Colorado required. Medication management for adults in an inpatient unit.",
    "employment_type": "part_time",
}
RESUME = {
    "text": "Jane Roe, LCSW\nAustin, TX\n\nLicensed Clinical Social Worker, Texas, since 2019.\n\nExperience\n"
    "Therapist, Example Clinic, 2019 - present: EMDR with adolescents after trauma, individual therapy.",
}
PRESCRIBER = {
    "text": "John Doe, PMHNP-BC\nDenver, CO\n\nPMHNP licensed in Colorado.\n\nExperience\n"
    "Nurse Practitioner, 2018 - present: medication management on an inpatient psychiatric unit.",
}
DOCUMENTS = {"postings/p1": POSTING, "postings/p2": NURSE, "resumes/r1": RESUME, "resumes/r2": PRESCRIBER}
