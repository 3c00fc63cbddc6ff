"""The record of a match: who was compared, under which versions, with which parts and scores; no word of a text.

A question asked again while nothing has changed is the same match, with the same id and one record.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from index.shelf import Row, Shelves
from matcher.document import MatcherProblem
from matcher.matcher import Asked, Found
from service.keys import DAY
from service.secret import Secret

SHELF = "matches"
ID = 24  # hexadecimal digits


class UnknownMatch(MatcherProblem, LookupError):
    """No record of a match of this tenant under this id."""


@dataclass(frozen=True)
class PartOf:
    """One line of a ledger, in numbers."""

    name: str
    concept: str
    verdict: str
    points: float
    possible: float


@dataclass(frozen=True)
class Result:
    """How one document was scored. `version` is that of the document as it was then; `mark` stands for its id."""

    rank: int
    version: int
    mark: str
    score: float
    interval: tuple[float, float]
    standing: str
    eligibility: str
    rule: str
    rule_as_of: str
    parts: tuple[PartOf, ...]


@dataclass(frozen=True)
class Decision:
    """A match as it was made. `made` in seconds since 1970; `ranking`: version and score of every document that can be paged to."""

    id: str
    made: float
    key: str | None
    asked: str
    query: str
    versions: Mapping[str, str | int]
    weights: Mapping[str, float]
    conditions: Mapping[str, object]
    ranking: tuple[tuple[int, float], ...]
    results: tuple[Result, ...]


class Decisions:
    """The records of an installation, each kept for some days."""

    def __init__(self, shelves: Shelves, secret: Secret, days: int) -> None:
        self._shelves = shelves
        self._secret = secret
        self._days = days

    def id(self, tenant: str, *of: object) -> str:
        """The id of a match that depends on these JSON values."""
        return "m_" + self._secret.mark("match", tenant, json.dumps(of, sort_keys=True))[:ID]

    def mark(self, tenant: str, kind: str, id: str) -> str:
        """What stands for the id of a document in records: the same for the same document, and nothing without the secret."""
        return "d_" + self._secret.mark("document", tenant, kind, id)[:ID]

    def query_mark(self, tenant: str, asked: Asked) -> str:
        """What stands for the text that was asked with."""
        return "q_" + self._secret.mark("query", tenant, json.dumps(asked.document.to_mapping(), sort_keys=True))[:ID]

    def results(self, tenant: str, found: Iterable[Found]) -> tuple[Result, ...]:
        """What is recorded of the documents that were shown."""
        return tuple(self._result(tenant, rank, one) for rank, one in enumerate(found, 1))

    def keep(self, tenant: str, decision: Decision) -> None:
        """Record a match, unless it is."""
        self._shelves.add(Row(SHELF, tenant, decision.id, _encode(decision), decision.made + self._days * DAY), decision.made)

    def get(self, tenant: str, id: str, now: float) -> Decision:
        """The record under an id; raises UnknownMatch."""
        row = self._shelves.get(SHELF, tenant, id, now)
        if row is None:
            raise UnknownMatch(f"no match {id!r:.60}")
        return _decode(row.body)

    def page(self, tenant: str, now: float, after: str, limit: int) -> Sequence[Decision]:
        """The records past an id, by id."""
        return [_decode(row.body) for row in self._shelves.rows(SHELF, tenant, now, after, limit)]

    def _result(self, tenant: str, rank: int, found: Found) -> Result:
        match, eligibility = found.match, found.match.eligibility
        return Result(
            rank, found.version, self.mark(tenant, found.document.kind, found.document.id), match.score, match.interval, eligibility.standing.value,
            eligibility.verdict.value, eligibility.rule, eligibility.as_of,
            tuple(PartOf(part.name, part.concept, part.verdict.value, part.points, part.possible) for part in match.parts),
        )  # fmt: skip


_written, _read = msgspec.json.Encoder().encode, msgspec.json.Decoder(Decision).decode


def _encode(decision: Decision) -> bytes:
    return zlib.compress(_written(decision), level=1)  # a sixth of its size


def _decode(body: bytes) -> Decision:
    return _read(zlib.decompress(body))
