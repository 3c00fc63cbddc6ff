"""Stand-ins and builders shared by all tests."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from index.embedded import EmbeddedIndex
from index.record import Vectors
from matcher.document import Document, Kind
from matcher.matcher import Matcher, fingerprint
from matcher.reading import Reader
from matcher.sheet import BriefSheet
from matcher.vocabulary import Vocabulary, load
from tests.turns import Turns

if TYPE_CHECKING:
    from matcher.sentence_encoder import SentenceEncoder

settings.register_profile("fresh", suppress_health_check=[HealthCheck.too_slow])  # in a fresh clone the first draw makes tables of all letters
settings.load_profile("fresh")
TODAY = date(2026, 11, 22)
SHARED = Path(__file__).parents[2] / "shared"
TURNS = pytest.StashKey[Turns]()


def pytest_configure(config: pytest.Config) -> None:
    """Among several processes (`pytest -n 2`) each test waits for its turn."""
    if hasattr(config, "workerinput"):
        config.stash[TURNS] = Turns(Path(config.option.basetemp).parent)  # the folder of the whole run
        config.add_cleanup(config.stash[TURNS].close)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test marked `alone` runs while no other does."""
    turns = item.config.stash.get(TURNS, None)
    with turns.taken(item.get_closest_marker("alone") is not None) if turns else nullcontext():
        return (yield)


class WordLengthEncoder:
    """An encoder a reader can compute by hand: how many words have 1, 2 ... 7, and 8 or more letters, made unit length."""

    name = "word-length@fp32"
    dimension = 8
    window = 50

    def verify(self) -> None:
        """There are no files."""

    def pieces(self, text: str) -> Sequence[tuple[int, int]]:
        """A piece is a word between spaces."""
        found, at = [], 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            found.append((start, at))
        return found

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A text without words points to the last axis."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.split():
                row[min(len(word), self.dimension) - 1] += 1
            if not row.any():
                row[-1] = 1
            np.divide(row, np.linalg.norm(row), out=row)
        return rows


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary of the product."""
    return load()


@pytest.fixture(scope="session")
def reader(vocabulary: Vocabulary) -> Reader:
    """A reader as of a fixed date."""
    return Reader(vocabulary, TODAY)


@pytest.fixture(scope="session")
def model() -> SentenceEncoder:
    """The real model, in the precision every machine has."""
    from matcher.sentence_encoder import SentenceEncoder  # seconds of import, which other tests and their processes need not pay

    return SentenceEncoder.load(precision="fp32")


@pytest.fixture
def matcher(tmp_path: Path, vocabulary: Vocabulary, reader: Reader) -> Iterator[Matcher]:
    """A matcher over an empty store, with the stand-in encoder."""
    encoder = WordLengthEncoder()
    index = EmbeddedIndex.open(tmp_path / "store.db", fingerprint(encoder, vocabulary), encoder.dimension, "clinmatch rebuild", BriefSheet)
    matcher = Matcher(vocabulary, reader, encoder, index)
    yield matcher
    matcher.close()


def posting(text: str, id: str = "p1", title: str = "", place: str = "", **more: object) -> Document:
    """A posting."""
    return Document.from_mapping({"id": id, "kind": Kind.POSTING, "text": text, "title": title, "place": place, **more})


def resume(text: str, id: str = "r1", **more: object) -> Document:
    """A resume."""
    return Document.from_mapping({"id": id, "kind": Kind.RESUME, "text": text, **more})
