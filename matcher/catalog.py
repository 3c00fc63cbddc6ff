"""Profile <-> Record, and filters in the domain's words <-> Filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from index.record import Filter, Key, Record, Vectors
from matcher.document import Document, Kind, MatcherProblem
from matcher.profile import Profile, Strength
from matcher.reading.read import full_text
from matcher.words import Word, words_of

FACETS = ("state", "mode", "employment_type", "licence_family", "licence_level", "modality", "population", "problem", "setting", "language", "profession")
STOPWORDS = frozenset(
    [
        "a",
        "about",
        "after",
        "all",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "before",
        "being",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "doe",
        "each",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "me",
        "more",
        "most",
        "must",
        "my",
        "no",
        "not",
        "of",
        "on",
        "one",
        "or",
        "other",
        "our",
        "out",
        "over",
        "own",
        "per",
        "she",
        "should",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "thi",
        "this",
        "those",
        "through",
        "to",
        "under",
        "up",
        "use",
        "used",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "will",
        "with",
        "within",
        "would",
        "you",
        "your",
    ]
)


class InvalidFilter(MatcherProblem, ValueError):
    """A filter over something that is not a facet."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document with what was read from it and where its passages stand."""

    document: Document
    profile: Profile
    passages: tuple[tuple[int, int], ...]


class _Body(msgspec.Struct):
    document: dict[str, object]
    profile: Profile
    passages: tuple[tuple[int, int], ...]


_decode = msgspec.json.Decoder(_Body).decode
_encode = msgspec.json.Encoder(order="deterministic").encode


def to_record(tenant: str, stored: Stored, vectors: Vectors) -> Record:
    """The record of a document; what was read travels in its body, the text once."""
    document, profile = stored.document, stored.profile
    body = _encode(_Body(document.to_mapping(), replace(profile, text=""), stored.passages))
    return Record(Key(tenant, document.kind.value, document.id), facets(document, profile), terms(profile), vectors, body)


def from_record(record: Record) -> Stored:
    """The document and profile in a record."""
    body = _decode(record.body)
    document = Document.from_mapping(body.document)
    return Stored(document, replace(body.profile, text=full_text(document)[0]), body.passages)


def document_in(body: bytes) -> Document:
    """The document alone, from a body written under any vocabulary or rules."""
    return Document.from_mapping(msgspec.json.decode(body)["document"])


def facets(document: Document, profile: Profile) -> dict[str, tuple[str, ...]]:
    """What a document can be filtered by."""
    found: dict[str, set[str]] = {name: set() for name in FACETS}
    found["state"] = {*profile.facts.states, *(licence.state for licence in profile.licences if licence.state and _holds(licence.mention.strength))}
    found["mode"] = {name for name, is_so in (("remote", profile.facts.remote), ("onsite", profile.facts.onsite)) if is_so}
    found["employment_type"] = {document.employment_type} if document.employment_type else set()
    for licence in profile.licences:
        if _holds(licence.mention.strength):
            found["licence_family"].update(licence.families)
            found["licence_level"].add(licence.level.value)
    for mention in profile.mentions:
        category = mention.concept.partition(".")[0]
        if category in found and mention.strength is not Strength.EXCLUDED:
            found[category].add(mention.concept)
    return {name: tuple(sorted(values)) for name, values in found.items() if values}


def terms(profile: Profile) -> tuple[str, ...]:
    """The folded words and concepts that BM25 counts."""
    words = [word.folded for word in _kept_words(profile) if word.folded not in STOPWORDS and len(word.folded) > 1]
    return (*words, *(mention.concept for mention in profile.mentions if mention.strength is not Strength.EXCLUDED))


def _kept_words(profile: Profile) -> Iterator[Word]:
    words = words_of(profile.text)
    for start, end in profile.kept:
        for word in words.words[words.first_from(start) : words.first_from(end)]:
            if word.end <= end:
                yield word


def to_filter(required: Mapping[str, Iterable[str]], banned: Mapping[str, Iterable[str]]) -> Filter:
    """A filter from facet names and values; raises InvalidFilter for a name that is no facet."""
    for name in (*required, *banned):
        if name not in FACETS:
            raise InvalidFilter(f"unknown filter {name!r}; the filters are {', '.join(FACETS)}")
    return Filter({name: frozenset(values) for name, values in required.items()}, {name: frozenset(values) for name, values in banned.items()})


def key(tenant: str, kind: Kind, id: str) -> Key:
    """The key of a document."""
    return Key(tenant, kind.value, id)


def _holds(strength: Strength) -> bool:
    return strength not in (Strength.EXCLUDED, Strength.LAPSED, Strength.OFFERED)
