"""The checks of a running service: each finds what is wrong, and says what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.record import Key, Vectors
from matcher.document import Kind
from matcher.matcher import LOCAL, Matcher
from service.compose import Service
from service.health import CHECKS, Check, Running, checked
from service.settings import MEMORY, Settings
from tests.conftest import WordLengthEncoder, posting, resume


@pytest.fixture
def service(matcher: Matcher, tmp_path: Path) -> Iterator[Service]:
    """A service over one posting and one resume."""
    service = Service.over(matcher, Settings(store=tmp_path / "store.db"))
    matcher.put([posting("LCSW licensed in Texas required."), resume("Jane Roe, LCSW, Texas. EMDR.")])
    yield service
    service.uploads.close()
    service.shelves.close()


def _of(service: Service) -> dict[str, Check]:
    return {check.name: check for check in checked(Running(service))}


def _wrong(service: Service) -> dict[str, str]:
    return {name: check.told for name, check in _of(service).items() if not check.well}


def test_all_is_well_and_every_check_says_what_it_found(service: Service, tmp_path: Path) -> None:
    found = _of(service)
    assert list(found) == list(CHECKS)
    assert _wrong(service) == {}
    assert all(check.milliseconds >= 0 for check in found.values())
    told = {name: check.told for name, check in found.items()}
    assert told["model"] == "word-length@fp32"
    assert told["store"] == f"{tmp_path / 'store.db'}: 1 postings, 1 resumes, change 2"
    assert told["encoding"] == "8 numbers a text; texts that are alike lie at 1.00, others at 0.00"
    assert told["documents"] == "a posting and a resume read back, and read and encoded as when stored"
    assert told["uploads"].startswith("a PDF is read by a process of its own, which ")


def test_a_check_leaves_nothing_behind(service: Service) -> None:
    sequence = service.matcher.index.sequence(LOCAL)
    checked(Running(service))
    assert service.matcher.index.sequence(LOCAL) == sequence
    assert service.shelves.tenants("health") == []


def test_an_index_that_has_lost_a_document_is_wrong(service: Service) -> None:
    service.matcher.index._drop(Key(LOCAL, "posting", "p1"))  # type: ignore[attr-defined]
    assert "differ by 1 documents; start the service anew" in _wrong(service)["store"]
    assert "documents" not in _of(service)  # which rests on the store


class Broken(WordLengthEncoder):
    """Gives every text the same vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        rows[:, 0] = 1
        return rows


def test_a_model_that_takes_all_texts_for_alike_is_wrong(service: Service) -> None:
    service.matcher.encoder = Broken()
    assert _wrong(service)["encoding"] == "texts that are alike lie at 1.00, others at 1.00; the model does not work on this machine"
    assert "run: clinmatch rebuild" in _wrong(service)["documents"]


def test_a_secret_that_is_gone_another_or_open_to_others_is_wrong(service: Service) -> None:
    path = service.settings.secret
    root = path.read_bytes()
    path.chmod(0o644)
    assert f"others can read it; run: chmod 600 {path}" in _wrong(service)["secret"]
    path.write_bytes(bytes(32))
    assert "is not the one in use" in _wrong(service)["secret"]
    path.write_bytes(root[:5])
    assert "has 5 bytes" in _wrong(service)["secret"]
    path.unlink()
    assert "is gone; restore it before" in _wrong(service)["secret"]
    assert not path.exists()  # a new one would void all keys


def test_a_fault_of_the_program_is_told_without_its_words(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(kind: Kind, id: str) -> None:
        raise KeyError("Jane Roe")

    monkeypatch.setattr(service.matcher, "asked", fail)
    assert _wrong(service) == {"documents": "a fault of the program: KeyError"}


def test_a_service_in_memory_is_well(matcher: Matcher) -> None:
    service = Service.over(matcher, Settings(store=MEMORY))
    assert _wrong(service) == {}
    assert _of(service)["documents"].told == "none stored yet"
    assert _of(service)["secret"].told == "in memory only"
    service.uploads.close()
    service.shelves.close()
