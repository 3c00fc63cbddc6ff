"""A store filled anew from its own documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.embedded import EmbeddedIndex
from index.store import StoreInvalid, stored_fingerprint
from matcher.document import Document, Kind
from matcher.matcher import Matcher, fingerprint
from matcher.reading import Reader
from matcher.sheet import BriefSheet
from matcher.vocabulary import Vocabulary
from scripts.rebuild import rebuild
from service.compose import open_matcher
from service.settings import Settings
from tests.conftest import WordLengthEncoder
from tests.scripts.conftest import POSTINGS, Run

DOCUMENTS = [Document.from_mapping(row) for row in POSTINGS]


@pytest.fixture
def old(tmp_path: Path, vocabulary: Vocabulary, reader: Reader) -> Path:
    """A store of another model, with two tenants."""
    encoder = WordLengthEncoder()
    encoder.name = "old-model@fp32"
    path = tmp_path / "s.db"
    index = EmbeddedIndex.open(path, fingerprint(encoder, vocabulary), encoder.dimension, "clinmatch rebuild", BriefSheet)
    matcher = Matcher(vocabulary, reader, encoder, index)
    matcher.put(DOCUMENTS)
    matcher.put(DOCUMENTS[:1], tenant="other")
    matcher.close()
    return path


def test_every_document_of_every_tenant_is_kept(old: Path, light: None) -> None:
    assert rebuild(Settings(store=old)) == 3
    matcher = open_matcher(Settings(store=old))
    assert [matcher.get(Kind.POSTING, id).document for id in ("p1", "p2")] == DOCUMENTS
    assert matcher.get(Kind.POSTING, "p1", "other").document == DOCUMENTS[0]
    assert (matcher.count(Kind.POSTING), matcher.count(Kind.POSTING, "other")) == (2, 1)
    matcher.close()


def test_the_store_stands_alone_under_its_name_with_the_new_fingerprint(old: Path, light: None, vocabulary: Vocabulary) -> None:
    rebuild(Settings(store=old))
    assert [path.name for path in old.parent.iterdir()] == ["s.db"]
    assert stored_fingerprint(old) == fingerprint(WordLengthEncoder(), vocabulary)


def test_what_an_interrupted_rebuild_left_does_not_matter(old: Path, light: None) -> None:
    for end in ("", "-wal", "-shm"):
        old.with_name(f"s.db.rebuilding{end}").write_bytes(b"half written")
    assert rebuild(Settings(store=old)) == 3
    assert [path.name for path in old.parent.iterdir()] == ["s.db"]


def test_a_store_that_cannot_be_read_is_left_as_it_is(tmp_path: Path, light: None) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreInvalid, match="not a readable store"):
        rebuild(Settings(store=path))
    assert path.read_bytes() == b"no database" * 1000


def test_the_rebuild_of_a_store_that_is_not_there_ends_with_1_and_its_name(run: Run, light: None, tmp_path: Path) -> None:
    status, out, err = run("rebuild", "--store", "none.db")
    assert (status, out) == (1, "")
    assert err.startswith("clinmatch: none.db: not a readable store")
    assert not (tmp_path / "none.db").exists()
