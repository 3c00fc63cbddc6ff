"""Addresses <-> place texts: "Austin, TX"."""

from __future__ import annotations

from functools import lru_cache

from matcher.vocabulary.licences import read_states
from matcher.vocabulary.loader import DATA

UNITED_STATES = frozenset(["US", "USA", "U.S.", "U.S.A.", "UNITED STATES", "UNITED STATES OF AMERICA"])
Address = dict[str, str]  # city, region, country: those that are given


def state_code(words: str) -> str | None:
    """The two letters of a state written as TX, Texas, US-TX or "Texas, USA"."""
    name, _, country = words.partition(",")
    if country and not in_united_states(country):
        return None
    return _codes().get(name.strip().upper().removeprefix("US-"))


def state_name(code: str) -> str:
    """What people call the state of two letters; raises KeyError for others."""
    return _names()[code]


def in_united_states(country: str) -> bool:
    """Whether a country is the United States; one that is not named is taken for them."""
    return not country.strip() or country.strip().upper() in UNITED_STATES


def place_text(address: Address) -> str:
    """City, region and, outside the United States, country on one line."""
    country = address.get("country", "")
    parts = (address.get("city", ""), address.get("region", ""), "" if in_united_states(country) else country)
    return ", ".join(part for part in parts if part)


def address_of(place: str) -> Address | None:
    """The address that reads as just this place text; None where none does."""
    parts = place.split(", ")
    found: Address | None = None
    if len(parts) == 1 and state_code(place):
        found = {"region": place, "country": "US"}
    elif len(parts) == 2 and state_code(parts[1]):
        found = {"city": parts[0], "region": parts[1], "country": "US"}
    elif len(parts) == 3 and not any(map(state_code, parts)):
        found = dict(zip(("city", "region", "country"), parts, strict=True))
    return found if found and all(found.values()) and place_text(found) == place else None


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {code: state.name for code, state in read_states(DATA).items()}


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {writing.upper(): code for code, name in _names().items() for writing in (code, name)}
