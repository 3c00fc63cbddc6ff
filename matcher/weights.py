"""How the 100 points are shared, and what each answer to an ask is worth. All numbers of the ledger stand here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from matcher.document import MatcherProblem
from matcher.profile import Strength
from matcher.verdict import Verdict as Licensed

TOTAL = 100.0
CENT = 2  # decimals of a point
NEAR, FAR = 0.80, 0.35  # cosines at and above which the texts count as fully alike, and at and below which not at all

EVIDENCE = {  # what a claim on a resume is worth
    Strength.PRACTISED: 1.0,
    Strength.HELD: 1.0,
    Strength.LISTED: 0.4,
    Strength.TRAINING: 0.3,
    Strength.LAPSED: 0.15,
}
NECESSITY = {Strength.REQUIRED: 1.0, Strength.PREFERRED: 0.4, Strength.CONTEXT: 0.3}  # what an ask of a posting weighs
BROADER = 0.4  # what the parent of the concept asked for is worth
ABOVE, BELOW = 0.6, 0.3  # a level above, or one below, the one asked for
BROADER_PROFESSION, SISTER_PROFESSION = 0.7, 0.4  # therapist for counselor; social worker for counselor
ENOUGH = 2.0  # weight of asks below which a category does not reach its full points: one word is not a profile
LICENSED = {
    Licensed.ELIGIBLE: 1.0,
    Licensed.AS_ALLOWED: 0.95,
    Licensed.COMPACT: 0.6,
    Licensed.NOT_DETERMINED: 0.0,
    Licensed.COMPACT_PENDING: 0.25,
    Licensed.NEEDS_STATE: 0.2,
    Licensed.PENDING: 0.2,
    Licensed.LEVEL_TOO_LOW: 0.2,
    Licensed.OTHER_LICENCE: 0.0,
    Licensed.UNLICENSED: 0.0,
    Licensed.NOT_ASKED: 1.0,  # nothing stands in the way
}
GROUPS = {
    "modality": "modalities",
    "population": "clients",
    "problem": "clients",
    "setting": "setting",
    "duty": "duties",
    "instrument": "duties",
    "certification": "credentials",
    "degree": "credentials",
    "language": "language",
}


class InvalidWeights(MatcherProblem, ValueError):
    """Weights that cannot be used: names the weight and the reason."""


FAVOURED = "favoured"
FAVOUR = 10.0  # its weight where a caller favours something and gives none
FILE = Path(__file__).parent / "weights.json"  # the weights with the run that fitted them, written by clinmatch fit
_FITTED: Mapping[str, float] = json.loads(FILE.read_text("utf-8"))["weights"]


@dataclass(frozen=True, slots=True)
class Weights:
    """How the 100 points are shared between groups of parts; they are scaled to sum to 100.

    A hard requirement that is met, or that a posting does not make, earns its points; a skill that it does not ask for
    earns nothing, so a posting that says little cannot score high.
    """

    licence: float = _FITTED["licence"]
    requirements: float = _FITTED["requirements"]
    level: float = _FITTED["level"]
    profession: float = _FITTED["profession"]
    place: float = _FITTED["place"]
    modalities: float = _FITTED["modalities"]
    clients: float = _FITTED["clients"]
    setting: float = _FITTED["setting"]
    duties: float = _FITTED["duties"]
    credentials: float = _FITTED["credentials"]
    language: float = _FITTED["language"]
    experience: float = _FITTED["experience"]
    similarity: float = _FITTED["similarity"]
    favoured: float = 0.0  # what a caller favours; not fitted
    worth: Mapping[str, float] = field(init=False, repr=False, compare=False)  # group -> its points of the 100

    def __post_init__(self) -> None:
        given = {**self.given(), FAVOURED: self.favoured}
        for name, value in given.items():
            if not 0 <= value <= TOTAL:
                raise InvalidWeights(f"weight {name} is {value}, must be between 0 and {TOTAL:g}")
        total = sum(given.values())
        if not total:
            raise InvalidWeights("all weights are 0; nothing would be scored")
        object.__setattr__(self, "worth", {name: TOTAL * value / total for name, value in given.items()})

    def given(self) -> dict[str, float]:
        """The weights by name, as given."""
        return {name: getattr(self, name) for name in weight_names()}

    @classmethod
    def from_mapping(cls, values: Mapping[str, float]) -> Weights:
        """The default weights with some replaced; raises InvalidWeights for an unknown name or a bad number."""
        for name in values:
            if name not in (*weight_names(), FAVOURED):
                raise InvalidWeights(f"unknown weight {name!r}; the weights are {', '.join((*weight_names(), FAVOURED))}")
        return cls(**values)


def weight_names() -> tuple[str, ...]:
    """The groups of parts whose weights are fitted."""
    return tuple(item.name for item in fields(Weights) if item.init and item.name != FAVOURED)
