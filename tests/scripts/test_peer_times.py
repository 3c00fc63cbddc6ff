"""Speed beside another engine: what is asked for that is not there, and what takes too long."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from scripts.peer_times import peer_times, within
from service.settings import Settings
from tests.scripts.conftest import POSTINGS, RESUME, Run, write


@pytest.mark.parametrize("name", ["nobody", "txtai"])
def test_a_peer_that_cannot_be_had_ends_with_1_before_the_store_is_made(
    run: Run, light: None, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "txtai", None)  # as if it were not installed
    postings = write(tmp_path / "postings.jsonl", POSTINGS)
    status, out, err = run("measure", postings, "--store", tmp_path / "s.db", "--peer", name)
    assert (status, out) == (1, "")
    assert err.startswith({"nobody": "clinmatch: unknown peer 'nobody'", "txtai": "clinmatch: txtai is not installed"}[name])
    assert name == "nobody" or err.endswith("install the extra: pip install 'clinmatch[peers]'\n")
    assert not (tmp_path / "s.db").exists()


def test_work_that_takes_too_long_is_left() -> None:
    begun = time.perf_counter()
    within(0.05, lambda: time.sleep(5))
    assert time.perf_counter() - begun < 1


def test_work_that_fails_fails() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


class Standin:
    """In the place of the peer: keeps texts, and finds the one stored last."""

    def __init__(self) -> None:
        self.stored: list[tuple[str, str]] = []
        self.filled = 0

    def exists(self, folder: str) -> bool:
        return Path(folder).is_dir()

    def load(self, folder: str) -> None:
        self.stored = [("p", line) for line in (Path(folder) / "texts").read_text().split("\0")]

    def index(self, texts: object) -> None:
        assert not isinstance(texts, list)
        self.stored = list(texts)  # type: ignore[call-overload]
        self.filled += 1

    def save(self, folder: str) -> None:
        Path(folder).mkdir(exist_ok=True)
        (Path(folder) / "texts").write_text("\0".join(text for _, text in self.stored))

    def count(self) -> int:
        return len(self.stored)

    def search(self, query: str, limit: int) -> list[dict[str, str]]:
        return [{"text": self.stored[-1][1]}]

    def explain(self, query: str, limit: int) -> None:
        time.sleep(0.01)

    def close(self) -> None:
        pass


def test_both_are_filled_once_with_the_same_texts_and_timed(
    light: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[Standin] = []

    def open_peer(*_: object, **__: object) -> Standin:
        opened.append(Standin())
        return opened[-1]

    monkeypatch.setattr("scripts.peer_times.open_peer", open_peer)
    postings = write(tmp_path / "postings.jsonl", POSTINGS)
    resumes = write(tmp_path / "resumes.jsonl", [{"id": "r1", "kind": "resume", "text": RESUME}])
    for fillings in (1, 0):
        opened.clear()
        peer_times(Settings(store=tmp_path / "s.db"), "txtai", postings, resumes, 2)
        out = capsys.readouterr().out
        assert opened[0].filled == fillings
        assert [text for _, text in opened[0].stored] == [
            "Therapist. LCSW required. DBT with adolescents.",
            "Prescriber. PMHNP required. Medication management.",
        ]
        assert "ours against 2 postings, the peer's against 2" in out
        assert "peer, which leaves out each of 5 words in turn: 0.0 s" in out
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("s.db.")) == ["s.db.txtai"]
