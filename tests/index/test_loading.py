"""A file read in parts, by several processes, is as one that is read in one go."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import loading
from index.embedded import EmbeddedIndex
from index.record import Filter, Hit, IndexProblem, Key, Record
from index.store import StoreInvalid
from tests.index.points import Words, question
from tests.index.test_search_plain import records
from tests.index.test_store import flip

DIMENSION, IDS, COUNT = 16, 60, 100
GROUPS = [(tenant, kind) for tenant in ("north", "south") for kind in ("posting", "resume")]


def opened(path: Path) -> EmbeddedIndex:
    return EmbeddedIndex.open(path, "words", DIMENSION, "clinmatch rebuild", Words)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a store of several groups, with records that were replaced or removed."""
    index, random = opened(tmp_path / "store.db"), np.random.default_rng(3)
    for number, one in enumerate(records(random, IDS, COUNT, DIMENSION)):
        vectors = one.vectors[one.vectors.any(axis=1)]
        index.put([Record(Key(*GROUPS[number % len(GROUPS)], one.key.id), one.facets, one.brief, vectors, b"", 0, one.numbers)])
        if number % 10 == 0:
            index.delete(Key(*GROUPS[0], one.key.id))
    index.close()
    return tmp_path / "store.db"


def answers(path: Path) -> list[list[Hit]]:
    index, random = opened(path), np.random.default_rng(4)
    vector = random.standard_normal(DIMENSION).astype(np.float32)
    asked = question(vector / np.float32(np.linalg.norm(vector)), ("w1", "w2", "w3", "W4"))
    wheres = (Filter(), Filter(required={"f": frozenset({"a"})}), Filter(banned={"g": frozenset({"b"})}))
    found = [index.search(*group, asked, where, IDS) for group in GROUPS for where in wheres]
    assert index.strays() == 0
    index.close()
    return found


def test_parts_that_are_joined_answer_as_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = answers(path)
    assert any(expected)
    monkeypatch.setattr(loading, "PART", 7)
    monkeypatch.setattr(loading, "EACH", 1000)  # so that it is this process that reads
    assert answers(path) == expected


def test_parts_that_other_processes_read_answer_as_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = answers(path)
    started = started_processes(monkeypatch)
    (path.parent / "index").mkdir()
    (path.parent / "index" / "__init__.py").write_text("raise RuntimeError('a stranger in the working folder')", encoding="ascii")
    monkeypatch.chdir(path.parent)
    assert answers(path) == expected
    assert started == [3]


def test_a_row_that_another_process_finds_damaged_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = opened(path)
    index.put([Record(Key("north", "resume", "mary"), {}, b"neurofeedback", np.eye(DIMENSION, dtype=np.float32)[:1], b"")])
    index.close()
    flip(path, b"neurofeedback")
    started_processes(monkeypatch)
    with pytest.raises(StoreInvalid, match="resume 'mary': the stored row fails its checksum"):
        opened(path)


@pytest.mark.parametrize("said", ["exit 1", r"printf '\200\005\225\003\000'; exit 1"], ids=["nothing", "half of an answer"])
def test_a_process_that_ends_early_is_an_error_that_names_the_file(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    started_processes(monkeypatch)
    ending = tmp_path / "ending"
    ending.write_text(f"#!/bin/sh\n{said}\n", encoding="ascii")
    ending.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(ending))
    with pytest.raises(IndexProblem, match=r"store\.db: the process that read a part of it ended early, with status "):
        opened(path)


def started_processes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have three processes read; gives, for each opening from now on, how many did."""
    started, elsewhere = [], loading._elsewhere

    def counted(processes: int, *rest: object) -> object:
        started.append(processes)
        return elsewhere(processes, *rest)

    monkeypatch.syspath_prepend(Path(__file__).parents[2])  # they import the stand-in of these tests
    monkeypatch.setattr(loading, "PART", 15)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    monkeypatch.setattr(loading, "_elsewhere", counted)
    return started
