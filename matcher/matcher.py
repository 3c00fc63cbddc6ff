"""The flow: document -> profile -> passages -> vectors -> index -> hits -> matches."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import nsmallest
from itertools import islice
from threading import Lock
from typing import TypeVar

import numpy as np

from index.embedded import Index
from index.record import NOTHING, Expected, Facets, Filter, Hit, Key, Numbers, Record, Vectors, Written, centroid
from index.scoring import Question
from index.vectors import similarities
from matcher.brief import BRIEF, Rules, brief
from matcher.catalog import Stored, copying, from_record, key, to_record
from matcher.compare import compare
from matcher.document import Document, Kind, MatcherProblem
from matcher.encoder import Encoder
from matcher.filters import favoured_lines
from matcher.ledger import Draft, Match
from matcher.passages import RULES, Passage, cut
from matcher.profile import Mention, Profile, Strength
from matcher.reading import READING, Reader
from matcher.scoring import CENTS, Scorer, favoured_points
from matcher.sides import Demand, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import FAVOUR, Weights

SPARE = 16  # hits beyond those asked for, as some may fall behind because words in them were copied
LOCAL = "local"  # the tenant of a store that has only one
OPENINGS = 6  # stretches of a passage that its quote may open with
PASSAGE_QUOTE = 160  # characters of a passage that are quoted
BATCH = 64  # documents encoded and stored together in a bulk load
REMEMBERED = 2_000  # documents kept ready for comparison
MUTE = "nothing clinical was found in the text: no licence, degree, method, setting or duty; there is nothing to match"
PAGE = 256  # documents read at a time when all are gone through


Item = TypeVar("Item")


class UnknownDocument(MatcherProblem, LookupError):
    """No document under this kind and id."""


class NothingToRead(MatcherProblem, ValueError):
    """A text in which nothing was found that could be matched."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A document on its way through the flow: what was read, its vectors, one row a passage, and the brief it is scored by."""

    document: Document
    profile: Profile
    passages: tuple[tuple[int, int], ...]
    vectors: Vectors
    brief: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """A stored document in one of its versions, and how it matches what was asked."""

    document: Document
    match: Match
    version: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a ranking: a stored document in one of its versions, and its score."""

    id: str
    version: int
    similarity: float
    score: float


@dataclass(frozen=True, slots=True)
class _Ready:
    """A stored document made ready for many comparisons."""

    asked: Asked
    side: Demand | Offer
    facets: Facets
    numbers: Numbers
    version: int


def fingerprint(encoder: Encoder, vocabulary: Vocabulary) -> str:
    """Everything that stored profiles and vectors depend on: a store with another one is refused."""
    return f"{encoder.name} {RULES} reading-{READING} brief-{BRIEF} vocabulary-{vocabulary.version}"


class Matcher:
    """One reader, one encoder and one index, joined."""

    def __init__(self, vocabulary: Vocabulary, reader: Reader, encoder: Encoder, index: Index) -> None:
        self.vocabulary = vocabulary
        self.encoder = encoder
        self.index = index
        self._reader = reader
        self._ready: OrderedDict[Key, _Ready] = OrderedDict()
        self._lock = Lock()

    @property
    def today(self) -> date:
        """The day licences are judged by."""
        return self._reader.today

    def read(self, documents: Sequence[Document]) -> list[Asked]:
        """Read and encode documents, all passages in one go."""
        profiles = [self._reader.read(document) for document in documents]
        passages = [cut(profile, self.encoder.pieces, self.encoder.window) for profile in profiles]
        vectors = self.encoder.encode([passage.words for listed in passages for passage in listed])
        asked, at = [], 0
        for document, profile, listed in zip(documents, profiles, passages, strict=True):
            spans = tuple((passage.start, passage.end) for passage in listed)
            own = brief(self._prepared(profile), self.vocabulary)
            asked.append(Asked(document, profile, spans, vectors[at : at + len(listed)], own))
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

    def put(self, documents: Sequence[Document], tenant: str = LOCAL, expected: Expected = NOTHING) -> Written:
        """Add or replace documents; durable and searchable on return. `expected`: see Index.put."""
        records = [to_record(tenant, Stored(one.document, one.profile, one.passages), one.vectors, one.brief) for one in self.read(documents)]
        return self.index.put(records, expected)

    def delete(self, kind: Kind, id: str, tenant: str = LOCAL, expected: Expected = NOTHING) -> None:
        """Remove a document; raises UnknownDocument. `expected`: see Index.put."""
        where = key(tenant, kind, id)
        if not self.index.delete(where, expected):
            raise UnknownDocument(f"no {kind} {id!r}")
        with self._lock:
            self._ready.pop(where, None)

    def get(self, kind: Kind, id: str, tenant: str = LOCAL) -> Stored:
        """A stored document with its profile; raises UnknownDocument."""
        return from_record(self._record(kind, id, tenant))

    def asked(self, kind: Kind, id: str, tenant: str = LOCAL) -> Asked:
        """A stored document as `read` gave it; raises UnknownDocument."""
        return _asked(self._record(kind, id, tenant))

    def listed(self, kind: Kind, tenant: str = LOCAL, where: Filter = Filter(), after: str = "", limit: int = PAGE) -> list[Stored]:
        """The first `limit` stored documents past an id that the filter allows, by id."""
        records = (self.index.get(key(tenant, kind, id)) for id in self.index.ids(tenant, kind.value, where, after, limit))
        return [from_record(record) for record in records if record]

    def documents(self, kind: Kind, tenant: str = LOCAL, where: Filter = Filter()) -> Iterator[Stored]:
        """All stored documents that the filter allows, by id."""
        after = ""
        while page := self.listed(kind, tenant, where, after):
            yield from page
            after = page[-1].document.id

    def match(self, document: Document, tenant: str = LOCAL, where: Filter = Filter(), weights: Weights = Weights(), limit: int = 10) -> list[Found]:
        """The best `limit` documents of the other kind, best first; ties by id."""
        return self._match(self.read([document])[0], tenant, where, weights, limit)

    def match_stored(self, kind: Kind, id: str, tenant: str = LOCAL, where: Filter = Filter(), weights: Weights = Weights(), limit: int = 10) -> list[Found]:
        """As `match`, for a stored document, without reading or encoding it again."""
        return self._match(self.asked(kind, id, tenant), tenant, where, weights, limit)

    def rank(self, asked: Asked, tenant: str, where: Filter, weights: Weights, limit: int, favoured: Filter = Filter()) -> list[Place]:
        """The best `limit` documents of the other kind with their scores, best first, ties by id; `placed` gives their matches.

        A resume whose score rises when words that it copied are left out is missed where more than SPARE others have more points before that.
        `favoured`: its required conditions earn points, and exclude nothing. Raises NothingToRead.
        """
        if is_mute(asked.profile):
            raise NothingToRead(MUTE)
        if limit < 1:
            return []
        weights, kind = favouring(weights, favoured), asked.document.kind.other.value
        scorer = Scorer(asked.document.kind, asked.brief, weights, Rules(self.vocabulary, self.today))
        question = Question(centroid(asked.vectors), scorer, tuple(favoured_points(favoured, weights)))
        copied: dict[int, float | None] = {}
        depth = limit + SPARE
        while True:
            hits = self.index.search(tenant, kind, question, where, depth)
            found = list(self._scored(asked, hits, tenant, weights, favoured, copied))
            best = nsmallest(limit, found, key=lambda one: (-one.score, one.id))
            if len(hits) < depth or (len(best) == limit and (-best[-1].score, best[-1].id) <= (-hits[-1].points / CENTS, hits[-1].id)):
                return best
            depth *= 4  # so many had words in common that others may come before them

    def placed(self, asked: Asked, places: Iterable[Place], tenant: str, weights: Weights, favoured: Filter = Filter()) -> list[Found]:
        """The matches of some places of a ranking. A document that is no longer stored as it was ranked is left out."""
        weights, own, kind = favouring(weights, favoured), self._prepared(asked.profile), asked.document.kind.other
        ready = ((place, self._recall(key(tenant, kind, place.id), place.version)) for place in places)
        return [self._compared(asked, own, one, place.similarity, weights, favoured) for place, one in ready if one and one.version == place.version]

    def again(self, asked: Asked, version: int, tenant: str, weights: Weights, favoured: Filter = Filter()) -> Found | None:
        """The same comparison as `rank` made with a version of a document; None where it is no longer stored in that version."""
        key = self.index.key_of(version)
        record = self.index.get(key) if key and (key.tenant, key.kind) == (tenant, asked.document.kind.other.value) else None
        if record is None or record.version != version:
            return None
        return self._against(asked, record, weights, favoured)

    def against(self, asked: Asked, id: str, tenant: str = LOCAL, weights: Weights = Weights()) -> Found:
        """The same comparison as `rank` makes with one stored document of the other kind; raises UnknownDocument."""
        return self._against(asked, self._record(asked.document.kind.other, id, tenant), weights, Filter())

    def personal(self, document: Document) -> list[tuple[int, int]]:
        """The stretches of a resume's text that say who the person is, as far as they were recognised."""
        return self._reader.personal(document)

    def compare(self, posting: Document, resume: Document, weights: Weights = Weights()) -> Match:
        """One posting and one resume that need not be stored; raises NothingToRead."""
        asked, found = self.read([posting, resume])
        for one in (asked, found):
            if is_mute(one.profile):
                raise NothingToRead(f"the {one.document.kind}: {MUTE}")
        return self.compare_read(asked, found, weights)

    def compare_read(self, posting: Asked, resume: Asked, weights: Weights = Weights()) -> Match:
        """As `compare`, for documents that `read` has read."""
        similarity = float(similarities(centroid(posting.vectors), centroid(resume.vectors).reshape(1, -1))[0])
        return _quoting_passages(self._ledger(self._prepared(posting.profile), self._prepared(resume.profile), similarity, weights), posting, resume)

    def _record(self, kind: Kind, id: str, tenant: str) -> Record:
        record = self.index.get(key(tenant, kind, id))
        if record is None:
            raise UnknownDocument(f"no {kind} {id!r}")
        return record

    def _match(self, asked: Asked, tenant: str, where: Filter, weights: Weights, limit: int) -> list[Found]:
        return self.placed(asked, self.rank(asked, tenant, where, weights, limit), tenant, weights)

    def _scored(self, asked: Asked, hits: Sequence[Hit], tenant: str, weights: Weights, favoured: Filter, copied: dict[int, float | None]) -> Iterator[Place]:
        """The places of hits. Where words may have been copied, which changes what counts, the two are compared; `copied` remembers that by version."""
        near = copying(asked.profile, self.index.sketches([hit.version for hit in hits]))
        alike = {hit.version: Place(hit.id, hit.version, hit.similarity, 0.0) for hit, one in zip(hits, near, strict=True) if one}
        new = [place for version, place in alike.items() if version not in copied]
        copied |= dict.fromkeys((place.version for place in new), None)  # for those that are no longer stored
        copied |= {one.version: one.match.score for one in self.placed(asked, new, tenant, weights, favoured)}
        for hit in hits:
            score = copied[hit.version] if hit.version in alike else hit.points / CENTS
            if score is not None:
                yield Place(hit.id, hit.version, hit.similarity, score)

    def _compared(self, asked: Asked, own: Demand | Offer, ready: _Ready, similarity: float, weights: Weights, favoured: Filter) -> Found:
        demand, offer = (own, ready.side) if isinstance(own, Demand) else (ready.side, own)
        lines = tuple(favoured_lines(favoured, ready.facets, ready.numbers))
        match = self._ledger(demand, offer, similarity, weights, lines)
        pair = (asked, ready.asked) if isinstance(own, Demand) else (ready.asked, asked)
        return Found(ready.asked.document, _quoting_passages(match, *pair), ready.version)

    def _against(self, asked: Asked, record: Record, weights: Weights, favoured: Filter) -> Found:
        similarity = float(similarities(centroid(asked.vectors), centroid(record.vectors).reshape(1, -1))[0])
        return self._compared(asked, self._prepared(asked.profile), self._readied(record), similarity, favouring(weights, favoured), favoured)

    def _ledger(self, demand: Demand | Offer, offer: Demand | Offer, similarity: float, weights: Weights, favoured: Iterable[Draft] = ()) -> Match:
        assert isinstance(demand, Demand)
        assert isinstance(offer, Offer)
        return compare(demand, offer, similarity, weights, self.vocabulary, self.today, favoured)

    def _prepared(self, profile: Profile) -> Demand | Offer:
        return (Demand if profile.kind == Kind.POSTING else Offer)(profile, self.vocabulary)

    def _recall(self, key: Key, version: int) -> _Ready | None:
        with self._lock:
            ready = self._ready.get(key)
            if ready and ready.version == version:
                self._ready.move_to_end(key)
                return ready
        record = self.index.get(key)
        return self._readied(record) if record else None  # None: deleted since the search

    def _readied(self, record: Record) -> _Ready:
        asked = _asked(record)
        ready = _Ready(asked, self._prepared(asked.profile), record.facets, record.numbers, record.version)
        with self._lock:
            self._ready[record.key] = ready
            while len(self._ready) > REMEMBERED:
                self._ready.popitem(last=False)
        return ready


def is_mute(profile: Profile) -> bool:
    """Whether nothing was found in a text that could be matched."""
    return not profile.mentions and not profile.licences


def favouring(weights: Weights, favoured: Filter) -> Weights:
    """The weights with one for what is favoured, where something is and none was given."""
    return replace(weights, favoured=FAVOUR) if not favoured.is_open and not weights.favoured else weights


def _asked(record: Record) -> Asked:
    stored = from_record(record)
    return Asked(stored.document, stored.profile, stored.passages, record.vectors, record.brief)


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
