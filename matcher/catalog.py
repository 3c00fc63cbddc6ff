"""Profile <-> Record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from index.record import Key, Record, Vectors
from matcher.document import Document, Kind
from matcher.filters import CONCEPTS, FACETS, licence_values
from matcher.profile import Profile, Strength
from matcher.reading.pay import PER_YEAR
from matcher.reading.read import full_text

SHINGLE = np.dtype("<u4")
_PER_YEAR = {period: PER_YEAR[period] for period in ("hour", "year")}  # how many sessions a year has is not stated


@dataclass(frozen=True, slots=True)
class Stored:
    """A document with what was read from it and where its passages stand."""

    document: Document
    profile: Profile
    passages: tuple[tuple[int, int], ...]
    tag: str = ""  # changes whenever what is stored does


class _Body(msgspec.Struct):
    document: dict[str, object]
    profile: Profile
    passages: tuple[tuple[int, int], ...]


_decode = msgspec.json.Decoder(_Body).decode
_encode = msgspec.json.Encoder(order="deterministic").encode


def to_record(tenant: str, stored: Stored, vectors: Vectors, brief: bytes) -> Record:
    """The record of a document; what was read travels in its body, the text once, and the marks by which copies are known apart from it."""
    document, profile = stored.document, stored.profile
    body = _encode(_Body(document.to_mapping(), replace(profile, text="", shingles=()), stored.passages))
    sketch = np.array(profile.shingles, dtype=SHINGLE).tobytes()
    where = key(tenant, document.kind, document.id)
    return Record(where, facets(document, profile), brief, vectors, body, numbers=numbers(document, profile), sketch=sketch)


def from_record(record: Record) -> Stored:
    """The document and profile in a record."""
    body = _decode(record.body)
    document = Document.from_mapping(body.document)
    shingles = tuple(np.frombuffer(record.sketch, dtype=SHINGLE).tolist())
    return Stored(document, replace(body.profile, text=full_text(document)[0], shingles=shingles), body.passages, record.tag)


def copying(profile: Profile, sketches: Sequence[bytes]) -> list[bool]:
    """For each sketch of a record whether its text and the profile's have so much in common that words may have been copied."""
    lengths = [len(sketch) // SHINGLE.itemsize for sketch in sketches]
    own, others = np.array(profile.shingles, dtype=SHINGLE), np.frombuffer(b"".join(sketches), dtype=SHINGLE)
    shared = own[np.searchsorted(own, others) % len(own)] == others if len(own) else np.zeros(len(others), dtype=np.bool_)
    return [bool(count) for count in np.bincount(np.repeat(np.arange(len(lengths)), lengths), shared, len(lengths)).tolist()]


def document_in(body: bytes) -> Document:
    """The document alone, from a body written under any vocabulary or rules."""
    return Document.from_mapping(msgspec.json.decode(body)["document"])


def facets(document: Document, profile: Profile) -> dict[str, tuple[str, ...]]:
    """What a document can be filtered by."""
    found: dict[str, set[str]] = {name: set() for name in FACETS}
    found["state"] = {*profile.facts.states, *(licence.state for licence in profile.licences if licence.state and _holds(licence.mention.strength))}
    found["mode"] = {name for name, is_so in (("remote", profile.facts.remote), ("onsite", profile.facts.onsite)) if is_so}
    found["employment_type"] = {document.employment_type} if document.employment_type else set()
    for family, level, states in _licences(profile):
        found["licence_family"].add(family)
        found["licence_level"].add(level)
        found["licence"].update(licence_values(family, level, states))
    for mention in (*profile.mentions, *profile.professions):
        category = mention.concept.partition(".")[0]
        if category in CONCEPTS and mention.strength is not Strength.EXCLUDED:
            found[category].add(mention.concept)
    return {name: tuple(sorted(values)) for name, values in found.items() if values}


def numbers(document: Document, profile: Profile) -> dict[str, tuple[float, float]]:
    """What a document can be filtered by that has a size: US dollars a year, years of experience, days as ordinals."""
    per = _PER_YEAR.get(document.pay.period) if document.pay else None
    pay = [(document.pay.low * per, document.pay.high * per)] if document.pay and per else [one.yearly for one in profile.facts.terms.pay if one.yearly]
    found: dict[str, tuple[float, float]] = {"pay_per_year": (min(low for low, _ in pay), max(high for _, high in pay))} if pay else {}
    if profile.facts.years is not None:
        found["years"] = (profile.facts.years, profile.facts.years)
    for name, day in (("posted", document.posted), ("closes", document.closes)):
        if day:
            found[name] = (float(day.toordinal()), float(day.toordinal()))
    return found


def _licences(profile: Profile) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Family, level and states of each licence held, named or asked for."""
    for licence in profile.licences:
        if _holds(licence.mention.strength):
            for family in licence.families:
                yield family, licence.level.value, (licence.state,) if licence.state else ()
    for clause in profile.clauses:
        for ask in clause.asks:
            yield ask.family, ask.level.value, clause.states


def key(tenant: str, kind: Kind, id: str) -> Key:
    """The key of a document."""
    return Key(tenant, kind.value, id)


def _holds(strength: Strength) -> bool:
    return strength not in (Strength.EXCLUDED, Strength.LAPSED, Strength.OFFERED)
