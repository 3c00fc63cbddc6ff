"""The command line in process, with the stand-in encoder where the model plays no part."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from matcher.encoder import Encoder
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary
from scripts import doctor
from scripts.cli import main
from service import compose
from service.settings import Settings
from tests.conftest import WordLengthEncoder

READERS: dict[tuple[str, date], Reader] = {}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing set in the environment."""
    for name in ("STORE", "MODEL", "PRECISION", "HOST", "PORT"):
        monkeypatch.delenv(f"CLINMATCH_{name}", raising=False)


@pytest.fixture(autouse=True)
def one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in this process share a reader, which is the same each time and takes long to build."""

    def reader(vocabulary: Vocabulary, today: date) -> Reader:
        key = vocabulary.version, today
        if key not in READERS:
            READERS[key] = Reader(vocabulary, today)
        return READERS[key]

    monkeypatch.setattr(compose, "Reader", reader)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder; gives exit status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(one) for one in arguments])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in encoder in the place of the model."""

    def load(settings: Settings) -> Encoder:
        return WordLengthEncoder()

    monkeypatch.setattr(compose, "load_encoder", load)
    monkeypatch.setattr(doctor, "load_encoder", load)


POSTINGS = [
    {"id": "p1", "kind": "posting", "title": "Therapist", "employer": "Clinic", "place": "Austin, TX", "text": "LCSW required. DBT with adolescents."},
    {"id": "p2", "kind": "posting", "title": "Prescriber", "place": "Denver, CO", "text": "PMHNP required. Medication management."},
]
RESUME = "Jane Roe, LCSW\nAustin, TX\n\nExperience\nTherapist, 2019 - present: DBT with adolescents."


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """A JSONL file of the rows."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
