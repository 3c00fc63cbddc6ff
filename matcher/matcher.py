"""The flow: document -> profile -> passages -> vectors -> index -> hits -> matches."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import TypeVar

import numpy as np

from index.embedded import Index
from index.record import Filter, Hit, Key, Question, Record, Vectors, centroid
from index.vectors import similarities
from matcher.catalog import Stored, facets, from_record, key, terms, to_record
from matcher.compare import compare
from matcher.document import Document, Kind, MatcherProblem
from matcher.encoder import Encoder
from matcher.ledger import Match
from matcher.passages import RULES, Passage, cut
from matcher.profile import Mention, Profile, Strength
from matcher.reading import READING, Reader
from matcher.sides import Demand, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights

DEPTH = 200  # hits taken from each list of a search; more find more of the best and cost time (docs/experiments.md)
LOCAL = "local"  # the tenant of a store that has only one
OPENINGS = 6  # stretches of a passage that its quote may open with
PASSAGE_QUOTE = 160  # characters of a passage that are quoted
BATCH = 64  # documents encoded and stored together in a bulk load
REMEMBERED = 20_000  # documents kept ready for comparison


Item = TypeVar("Item")


class UnknownDocument(MatcherProblem, LookupError):
    """No document under this kind and id."""


class NothingToRead(MatcherProblem, ValueError):
    """A text in which nothing was found that could be matched."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A document on its way through the flow: what was read, and its vectors, one row a passage."""

    document: Document
    profile: Profile
    passages: tuple[tuple[int, int], ...]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Found:
    """A stored document and how it matches what was asked."""

    document: Document
    match: Match


def fingerprint(encoder: Encoder, vocabulary: Vocabulary) -> str:
    """Everything that stored profiles and vectors depend on: a store with another one is refused."""
    return f"{encoder.name} {RULES} reading-{READING} vocabulary-{vocabulary.version}"


class Matcher:
    """One reader, one encoder and one index, joined."""

    def __init__(self, vocabulary: Vocabulary, reader: Reader, encoder: Encoder, index: Index) -> None:
        self.vocabulary = vocabulary
        self.encoder = encoder
        self.index = index
        self._reader = reader
        self._ready: OrderedDict[tuple[Key, int], tuple[Document, Demand | Offer]] = OrderedDict()
        self._lock = Lock()

    def read(self, documents: Sequence[Document]) -> list[Asked]:
        """Read and encode documents, all passages in one go."""
        profiles = [self._reader.read(document) for document in documents]
        passages = [cut(profile, self.encoder.pieces, self.encoder.window) for profile in profiles]
        vectors = self.encoder.encode([passage.words for listed in passages for passage in listed])
        asked, at = [], 0
        for document, profile, listed in zip(documents, profiles, passages, strict=True):
            spans = tuple((passage.start, passage.end) for passage in listed)
            asked.append(Asked(document, profile, spans, vectors[at : at + len(listed)]))
            at += len(listed)
        return asked

    def read_passages(self, document: Document) -> tuple[Passage, ...]:
        """The words of a document that the model sees."""
        return cut(self._reader.read(document), self.encoder.pieces, self.encoder.window)

    def close(self) -> None:
        """Release the index."""
        self.index.close()

    def count(self, kind: Kind, tenant: str = LOCAL) -> int:
        """How many documents of a kind are stored."""
        return self.index.count(tenant, kind.value)

    def put(self, documents: Sequence[Document], tenant: str = LOCAL) -> int:
        """Add or replace documents; durable and searchable on return. Gives the sequence of the last change."""
        records = [to_record(tenant, Stored(one.document, one.profile, one.passages), one.vectors) for one in self.read(documents)]
        return self.index.put(records)

    def delete(self, kind: Kind, id: str, tenant: str = LOCAL) -> None:
        """Remove a document; raises UnknownDocument."""
        if not self.index.delete(key(tenant, kind, id)):
            raise UnknownDocument(f"no {kind} {id!r}")

    def get(self, kind: Kind, id: str, tenant: str = LOCAL) -> Stored:
        """A stored document with its profile; raises UnknownDocument."""
        return from_record(self._record(kind, id, tenant))

    def match(self, document: Document, tenant: str = LOCAL, where: Filter = Filter(), weights: Weights = Weights(), limit: int = 10) -> list[Found]:
        """The best `limit` documents of the other kind, best first; ties by id."""
        return self._match(self.read([document])[0], tenant, where, weights, limit)

    def match_stored(self, kind: Kind, id: str, tenant: str = LOCAL, where: Filter = Filter(), weights: Weights = Weights(), limit: int = 10) -> list[Found]:
        """As `match`, for a stored document, without reading or encoding it again."""
        return self._match(_asked(self._record(kind, id, tenant)), tenant, where, weights, limit)

    def compare(self, posting: Document, resume: Document, weights: Weights = Weights()) -> Match:
        """One posting and one resume that need not be stored."""
        asked, found = self.read([posting, resume])
        return self.compare_read(asked, found, weights)

    def compare_read(self, posting: Asked, resume: Asked, weights: Weights = Weights()) -> Match:
        """As `compare`, for documents that `read` has read."""
        demand, offer = Demand(posting.profile, self.vocabulary), Offer(resume.profile, self.vocabulary)
        similarity = float(similarities(centroid(posting.vectors), centroid(resume.vectors).reshape(1, -1))[0])
        return _quoting_passages(compare(demand, offer, similarity, weights, self.vocabulary, self._reader.today), posting, resume)

    def _record(self, kind: Kind, id: str, tenant: str) -> Record:
        record = self.index.get(key(tenant, kind, id))
        if record is None:
            raise UnknownDocument(f"no {kind} {id!r}")
        return record

    def _match(self, asked: Asked, tenant: str, where: Filter, weights: Weights, limit: int) -> list[Found]:
        if not asked.profile.mentions and not asked.profile.licences:
            raise NothingToRead("nothing clinical was found in the text: no licence, degree, method, setting or duty; there is nothing to match")
        own = self._prepared(asked.profile)
        found = [self._compared(own, hit, asked.document.kind, tenant, weights) for hit in self._hits(asked, tenant, where, limit)]
        best = sorted((one for one in found if one), key=lambda one: (-one.match.score, one.document.id))[:limit]
        return [self._with_passages(asked, one, tenant) for one in best]

    def _with_passages(self, asked: Asked, found: Found, tenant: str) -> Found:
        record = self.index.get(key(tenant, found.document.kind, found.document.id))
        if record is None:  # deleted since the search
            return found
        other = _asked(record)
        pair = (asked, other) if asked.document.kind is Kind.POSTING else (other, asked)
        return replace(found, match=_quoting_passages(found.match, *pair))

    def _hits(self, asked: Asked, tenant: str, where: Filter, limit: int) -> list[Hit]:
        """The near ones overall, and the near ones in the states the document belongs to."""
        question = Question(centroid(asked.vectors), terms(asked.profile))
        states = frozenset(facets(asked.document, asked.profile).get("state", ()))
        wheres = [where]
        if states and "state" not in where.required:
            wheres.append(replace(where, required={**where.required, "state": states}))
        return self.index.search(tenant, asked.document.kind.other.value, question, wheres, max(DEPTH, limit))

    def _compared(self, own: Demand | Offer, hit: Hit, kind: Kind, tenant: str, weights: Weights) -> Found | None:
        entry = self._recall(key(tenant, kind.other, hit.id), hit.version)
        if entry is None:
            return None
        document, other = entry
        if isinstance(own, Demand) and isinstance(other, Offer):
            return Found(document, compare(own, other, hit.similarity, weights, self.vocabulary, self._reader.today))
        assert isinstance(own, Offer)
        assert isinstance(other, Demand)
        return Found(document, compare(other, own, hit.similarity, weights, self.vocabulary, self._reader.today))

    def _prepared(self, profile: Profile) -> Demand | Offer:
        return (Demand if profile.kind == Kind.POSTING else Offer)(profile, self.vocabulary)

    def _recall(self, key: Key, version: int) -> tuple[Document, Demand | Offer] | None:
        with self._lock:
            entry = self._ready.get((key, version))
            if entry:
                self._ready.move_to_end((key, version))
                return entry
        record = self.index.get(key)
        if record is None:  # deleted since the search
            return None
        stored = from_record(record)
        entry = stored.document, self._prepared(stored.profile)
        with self._lock:
            self._ready[key, version] = entry
            while len(self._ready) > REMEMBERED:
                self._ready.popitem(last=False)
        return entry


def _asked(record: Record) -> Asked:
    stored = from_record(record)
    return Asked(stored.document, stored.profile, stored.passages, record.vectors)


def _quoting_passages(match: Match, posting: Asked, resume: Asked) -> Match:
    """The match with the two passages that are most alike quoted in its similarity part."""
    if not len(posting.vectors) or not len(resume.vectors):
        return match
    near = np.round(posting.vectors @ resume.vectors.T, 4)
    one, other = np.unravel_index(int(near.argmax()), near.shape)
    quotes = _opening(posting, int(one)), _opening(resume, int(other))
    parts = tuple(replace(part, posting=(quotes[0],), resume=(quotes[1],)) if part.name == "similarity" else part for part in match.parts)
    return replace(match, parts=parts)


def _opening(asked: Asked, number: int) -> Mention:
    """The first words of a passage, from the longest of its stretches that the model saw near its beginning."""
    low, high = asked.passages[number]
    kept = [(max(low, start), min(high, end)) for start, end in asked.profile.kept if start < high and low < end]
    start, end = max(kept[:OPENINGS], key=lambda span: min(span[1] - span[0], PASSAGE_QUOTE), default=(low, high))
    text = asked.profile.text
    while start < end and not text[start].isalnum():
        start += 1
    stop = min(end, start + PASSAGE_QUOTE)
    space = text.rfind(" ", start, stop) if stop < end else -1
    return Mention("similarity", start, space if space > start else stop, Strength.CONTEXT)


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
