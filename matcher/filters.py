"""What a caller requires, favours or bans, in the domain's words, <-> Filter and lines of the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import inf

from index.record import ABSENT, Facets, Filter, Numbers, Range, meets, shares
from matcher.document import EMPLOYMENT_TYPES, STATES, MatcherProblem
from matcher.ledger import Draft, Verdict
from matcher.profile import NATIONAL, Level, Strength
from matcher.vocabulary import Vocabulary
from matcher.vocabulary.licences import FAMILIES

CONCEPTS = ("modality", "population", "problem", "setting", "duty", "instrument", "system", "language", "certification", "degree", "profession")
FACETS = ("state", "mode", "employment_type", "licence", "licence_family", "licence_level", *CONCEPTS)
AMOUNTS = ("pay_per_year", "years")
DATES = ("posted", "closes")
MODES = ("remote", "onsite")
NOT_STATED = "not_stated"  # among the values of a facet: a document that does not say will do
LICENCE = re.compile(r"(?P<family>[a-z_]+)(?::(?P<level>[a-z_]+))?(?:@(?P<state>[A-Z]{2}))?")


class InvalidFilter(MatcherProblem, ValueError):
    """A filter over something that is not a facet, or for a value that no document can have."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Between:
    """From `at_least` to `at_most`: US dollars a year, years, or dates. `or_not_stated`: a document that does not say will do."""

    at_least: float | date | None = None
    at_most: float | date | None = None
    or_not_stated: bool = False


Conditions = Mapping[str, Iterable[str] | Between]
_KNOWN: dict[str, dict[str, dict[str, str]]] = {}  # of each version of the vocabulary


def to_filter(required: Conditions, banned: Conditions, vocabulary: Vocabulary) -> Filter:
    """A filter from names and values; raises InvalidFilter, naming the condition, for one that nothing could ever meet."""
    return Filter(
        dict(_facets("required", required, vocabulary)),
        dict(_facets("banned", banned, vocabulary)),
        dict(_ranges("required", required)),
        dict(_ranges("banned", banned)),
    )


def favours(favoured: Conditions, vocabulary: Vocabulary) -> Filter:
    """The favoured conditions as the required ones of a filter: what a document would pass that meets them all."""
    return Filter(dict(_facets("favoured", favoured, vocabulary)), {}, dict(_ranges("favoured", favoured)))


def favoured_lines(wanted: Filter, found: Facets, numbers: Numbers) -> Iterator[Draft]:
    """One line of the ledger for each favoured condition, all of equal worth."""
    share = 1 / max(1, len(wanted.required) + len(wanted.required_ranges))
    for name, values in wanted.required.items():
        told = ", ".join(found.get(name, ()))
        yield _line(name, share, shares(found, name, values), told)
    for name, within in wanted.required_ranges.items():
        told = " to ".join(f"{end:g}" if name in AMOUNTS else date.fromordinal(int(end)).isoformat() for end in sorted(set(numbers.get(name, ()))))
        yield _line(name, share, meets(numbers, name, within), told)


def licence_values(family: str, level: str, states: Iterable[str]) -> Iterator[str]:
    """A licence as it can be filtered by: lpc, lpc:independent, lpc@TX and lpc:independent@TX."""
    for state in ("", *(f"@{state}" for state in states)):
        yield f"{family}{state}"
        yield f"{family}:{level}{state}"


def known_values(vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    """Every facet -> its values, each with what people call it; those of `licence` are put together as `licence_values` does."""
    if vocabulary.version not in _KNOWN:
        _KNOWN[vocabulary.version] = _values(vocabulary)
    return _KNOWN[vocabulary.version]


def _values(vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    concepts = {
        name: {id: concept.name for id, concept in vocabulary.concepts.items() if concept.category == name} for name in CONCEPTS
    }  # fmt: skip
    plain = {"state": sorted(STATES), "mode": MODES, "employment_type": EMPLOYMENT_TYPES, "licence_family": sorted(FAMILIES), "licence_level": list(Level)}
    return {**{name: {str(value): str(value).replace("_", " ") for value in values} for name, values in plain.items()}, **concepts}


def _line(name: str, share: float, met: bool, told: str) -> Draft:
    verdict = Verdict.MET if met else Verdict.UNMET if told else Verdict.NOT_STATED
    plain = name.replace("_", " ")
    return Draft(name, share, float(met), verdict, (), (), Strength.PREFERRED, f"{plain}: {told}" if told else f"{plain}: not stated")


def _facets(place: str, conditions: Conditions, vocabulary: Vocabulary) -> Iterator[tuple[str, frozenset[str]]]:
    known = known_values(vocabulary)
    for name, values in conditions.items():
        if isinstance(values, Between):
            continue
        if name in (*AMOUNTS, *DATES):
            raise InvalidFilter(f"{place}.{name}", "must be a range with at_least or at_most, or both")
        if name not in FACETS:
            raise InvalidFilter(f"{place}.{name}", f"unknown filter; the filters are {', '.join((*FACETS, *AMOUNTS, *DATES))}")
        yield name, frozenset(_value(f"{place}.{name}", name, value, known) for value in values)


def _value(place: str, name: str, value: str, known: Mapping[str, Mapping[str, str]]) -> str:
    if value == NOT_STATED:
        return ABSENT
    if name == "licence":
        return _licence(place, value, known)
    found = next((one for one in (value, f"{name}.{value}") if one in known[name]), None)
    if found is None and not (name == "state" and value == NATIONAL):
        raise InvalidFilter(place, f"{value!r:.60} is no {name.replace('_', ' ')}; GET /v1/vocabulary lists those there are")
    return found or value


def _licence(place: str, value: str, known: Mapping[str, Mapping[str, str]]) -> str:
    parts = LICENCE.fullmatch(value)
    if not parts:
        raise InvalidFilter(place, f"{value!r:.60} must be a family, with a level or a state or both, as in lpc:independent@TX")
    for name, facet in (("family", "licence_family"), ("level", "licence_level"), ("state", "state")):
        part = parts[name]
        if part and part not in known[facet] and part != NATIONAL:
            raise InvalidFilter(place, f"{part!r:.60} is no {facet.replace('_', ' ')}; GET /v1/vocabulary lists those there are")
    return value


def _ranges(place: str, conditions: Conditions) -> Iterator[tuple[str, Range]]:
    for name, within in conditions.items():
        if not isinstance(within, Between):
            continue
        if name not in (*AMOUNTS, *DATES):
            raise InvalidFilter(f"{place}.{name}", f"takes no range; those that do are {', '.join((*AMOUNTS, *DATES))}")
        low, high = _end(place, name, "at_least", within.at_least), _end(place, name, "at_most", within.at_most)
        if low is None and high is None:
            raise InvalidFilter(f"{place}.{name}", "must have at_least or at_most, or both")
        if low is not None and high is not None and low > high:
            raise InvalidFilter(f"{place}.{name}", f"at_least {within.at_least} is above at_most {within.at_most}")
        yield name, Range(-inf if low is None else low, inf if high is None else high, within.or_not_stated)


def _end(place: str, name: str, end: str, value: float | date | None) -> float | None:
    if value is None:
        return None
    if isinstance(value, date) != (name in DATES):
        raise InvalidFilter(f"{place}.{name}.{end}", f"must be a {'date like 2026-11-22' if name in DATES else 'number'}")
    return float(value.toordinal()) if isinstance(value, date) else float(value)
