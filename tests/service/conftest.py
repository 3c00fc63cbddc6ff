"""The real app over a real matcher with the stand-in encoder."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from matcher.matcher import Matcher
from matcher.upload import UploadReader
from service.app import create_app
from service.compose import Service
from service.keys import SCOPES, Limits
from service.settings import Settings


def app_over(matcher: Matcher, folder: Path, keys: bool = False) -> FastAPI:
    """The app over a matcher, with the rest of what it keeps in a folder."""
    return create_app(lambda: Service.over(matcher, Settings(store=folder / "store.db", keys=keys)), keys)


@contextmanager
def keyed_over(matcher: Matcher, folder: Path) -> Iterator[tuple[TestClient, Service]]:
    """A client of the app with keys over a matcher, and its service."""
    held: list[Service] = []

    def load() -> Service:
        held.append(Service.over(matcher, Settings(store=folder / "store.db", keys=True)))
        return held[0]

    with TestClient(create_app(load, keyed=True)) as client:
        yield client, held[0]


def key_of(service: Service, tenant: str, scopes: Iterable[str] = SCOPES, limits: Limits = Limits(), name: str = "test") -> dict[str, str]:
    """The headers that a new key of a tenant opens with."""
    return {"Authorization": f"Bearer {service.keyring.create(tenant, name, scopes, time.time(), limits)[1]}"}


@pytest.fixture(autouse=True)
def no_child_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """No child process is started before a file comes, which in most tests none does."""
    monkeypatch.setattr(UploadReader, "_restock", lambda self: None)


@pytest.fixture
def keyed(matcher: Matcher, tmp_path: Path) -> Iterator[tuple[TestClient, Service]]:
    """A client of the app with keys, and its service; its store is empty."""
    with keyed_over(matcher, tmp_path) as both:
        yield both


@pytest.fixture
def client(matcher: Matcher, tmp_path: Path) -> Iterator[TestClient]:
    """A client of the app; its store is empty."""
    with TestClient(app_over(matcher, tmp_path)) as client:
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
