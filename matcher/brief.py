"""What the points of a document rest on, in a few bytes: a value for each line of the ledger, and what it asks, or answers, by concept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import numpy as np

from matcher.compare import experience_credit, level_credit, place_credit, profession_credit, requirements_credit
from matcher.credentials import Credentials, Wants
from matcher.eligibility import licence_verdict, others
from matcher.sides import Asked, Demand, Offer, Own
from matcher.vocabulary import Vocabulary
from matcher.weights import LICENSED

BRIEF = 1  # a store with briefs of another number is refused
NUMBER = np.dtype("<u2")  # of a concept, in the order of the vocabulary
SHARE = np.dtype("<f8")  # of a posting: the share of its group's points that a concept is worth; of a resume: its credit


@dataclass(frozen=True, slots=True)
class Rules:
    """What credits rest on beside the two documents."""

    vocabulary: Vocabulary
    today: date


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger by what it rests on: the value of a posting, that of a resume, and what the two are worth, from 0 to 1."""

    asked: Callable[[Demand], Any]
    said: Callable[[Offer], Any]
    credit: Callable[[Any, Any, Rules], float]
    asked_type: Any
    said_type: Any


QUICK: Mapping[str, Line] = {
    "level": Line(
        lambda demand: demand.wants.reach, lambda offer: offer.credentials.reach,
        lambda asked, said, _: level_credit(asked, said), tuple[int, int] | None, int | None,
    ),
    "profession": Line(
        lambda demand: sorted(demand.professions), lambda offer: sorted(offer.professions),
        lambda asked, said, rules: profession_credit(asked, said, rules.vocabulary.ancestors), tuple[str, ...], tuple[str, ...],
    ),
    "place": Line(lambda demand: demand.place, lambda offer: offer.place, lambda asked, said, _: place_credit(asked, said), Asked, Own),
    "experience": Line(
        lambda demand: demand.profile.facts.years, lambda offer: offer.profile.facts.years,
        lambda asked, said, _: experience_credit(asked, said), float | None, float | None,
    ),
}  # fmt: skip
SLOW: Mapping[str, Line] = {
    "licence": Line(
        lambda demand: demand.wants.of_licence(), lambda offer: offer.credentials.of_licence(),
        lambda asked, said, rules: LICENSED[licence_verdict(asked, said, rules.vocabulary.compacts, rules.today)], Wants, Credentials,
    ),
    "requirements": Line(
        lambda demand: demand.wants.of_requirements(), lambda offer: offer.credentials.of_requirements(),
        lambda asked, said, _: requirements_credit(others(asked, said)), Wants, Credentials,
    ),
}  # fmt: skip
LINES: Mapping[str, Line] = {**QUICK, **SLOW}


class Brief(msgspec.Struct, array_like=True, frozen=True):
    """The values of LINES, encoded; and the concepts with their shares, as NUMBER and SHARE."""

    values: tuple[bytes, ...]
    concepts: bytes
    shares: bytes


encode = msgspec.msgpack.Encoder(order="deterministic").encode
decode = msgspec.msgpack.Decoder(Brief).decode
ASKED = {name: msgspec.msgpack.Decoder(line.asked_type).decode for name, line in LINES.items()}
SAID = {name: msgspec.msgpack.Decoder(line.said_type).decode for name, line in LINES.items()}


def brief(side: Demand | Offer, vocabulary: Vocabulary) -> bytes:
    """The brief of a posting or a resume."""
    if isinstance(side, Demand):
        values = [line.asked(side) for line in LINES.values()]
        shares = {need.concept: need.share for needs in side.needs.values() for need in needs}
    else:
        values = [line.said(side) for line in LINES.values()]
        shares = dict(side.credits())
    numbers = np.searchsorted(vocabulary.numbered, list(shares)).astype(NUMBER)
    return encode(Brief(tuple(map(encode, values)), numbers.tobytes(), np.array(list(shares.values()), dtype=SHARE).tobytes()))
