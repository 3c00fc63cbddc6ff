"""A score as a bar: what was earned by which group, what is not stated, and what is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.ledger import Match

COLOURS: Mapping[str, tuple[str, ...]] = {  # colour class -> the groups of parts it stands for
    "licence": ("licence", "requirements"),
    "role": ("level", "profession", "place"),
    "skills": ("modalities", "clients", "setting", "duties"),
    "more": ("credentials", "language", "experience"),
    "likeness": ("similarity", "favoured"),
}
LEGEND = {
    "licence": "licence and hard requirements",
    "role": "role and place",
    "skills": "methods, clients, setting, duties",
    "more": "credentials, languages, years",
    "likeness": "likeness of the texts",
    "open": "not stated: may still come",
}
COLOUR_OF = {name: colour for colour, names in COLOURS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a bar, in points from the left."""

    x: float
    width: float
    colour: str
    words: str


def bar(match: Match) -> Sequence[Stretch]:
    """The stretches of a bar 100 points wide: the groups' points, then what is not stated; what is left is lost."""
    found, at = [], 0.0
    for colour, names in COLOURS.items():
        earned = round(sum(part.points for part in match.parts if part.name in names), 2)
        possible = round(sum(part.possible for part in match.parts if part.name in names), 2)
        if earned:
            found.append(Stretch(round(at, 2), earned, colour, f"{LEGEND[colour]}: {earned:g} of {possible:g}"))
            at += earned
    open_ = round(match.interval[1] - match.score, 2)
    if open_ > 0:
        found.append(Stretch(round(at, 2), open_, "open", f"{LEGEND['open']}: {open_:g}"))
    return found


def told(match: Match) -> str:
    """The bar in words, for who does not see it."""
    groups = "; ".join(stretch.words for stretch in bar(match))
    return f"{match.score:g} of 100 points, at most {match.interval[1]:g}. {groups}."
