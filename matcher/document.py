"""A posting or a resume as it came, and the refusal of a bad one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

MAX_TEXT = 200_000  # characters: a long resume has 20,000
MAX_FIELD = 500  # characters of any other field
MAX_ID = 200
MAX_PAY = 10_000_000  # dollars, for any period

STATES = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "DC",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
        "PR",
        "VI",
        "GU",
    ]
)


class MatcherProblem(Exception):
    """Base of every error this package raises."""


class InvalidDocument(MatcherProblem, ValueError):
    """A document that cannot be taken: names the field and the reason, never the value of a text."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Kind(StrEnum):
    """What a document is; the two kinds are matched with each other."""

    POSTING = "posting"
    RESUME = "resume"

    @property
    def other(self) -> Kind:
        """The kind that this one is matched with."""
        return Kind.RESUME if self is Kind.POSTING else Kind.POSTING


@dataclass(frozen=True)
class Pay:
    """A pay range in US dollars per period: `hour`, `session` or `year`."""

    low: float
    high: float
    period: str


PERIODS = ("hour", "session", "year")
EMPLOYMENT_TYPES = ("full_time", "part_time", "contract", "per_diem", "internship")


@dataclass(frozen=True)
class Document:
    """A posting or a resume with its text and what its owner stated beside the text."""

    id: str
    kind: Kind
    text: str
    title: str = ""
    employer: str = ""
    place: str = ""
    employment_type: str | None = None
    pay: Pay | None = None
    remote: bool | None = None
    telehealth_states: tuple[str, ...] = ()
    posted: date | None = None
    closes: date | None = None

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Document:
        """The document in a decoded JSON object; raises InvalidDocument for the first field that is wrong."""
        unknown = sorted(str(name) for name in values if name not in _READERS)
        if unknown:
            raise InvalidDocument(_shown(unknown[0]), f"unknown field; the fields are {', '.join(_READERS)}")
        given = {name: value for name, value in values.items() if value is not None}
        for name in ("id", "kind", "text"):
            if name not in given:
                raise InvalidDocument(name, "missing")
        read = {name: _READERS[name](name, value) for name, value in given.items()}
        return cls(**read)  # type: ignore[arg-type]

    def to_mapping(self) -> dict[str, object]:
        """The same document as a JSON object that `from_mapping` reads back; empty fields are left out."""
        values: dict[str, object] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if value not in (None, "", ()):
                values[item.name] = _plain(value)
        return values


def _shown(name: str) -> str:
    """A name as it can be printed on one line."""
    return name if name.isprintable() and len(name) <= 40 else f"{name!r:.40}"


def _plain(value: object) -> object:
    if isinstance(value, Pay):
        return {"low": value.low, "high": value.high, "period": value.period}
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _string(name: str, value: object, limit: int = MAX_FIELD) -> str:
    if not isinstance(value, str):
        raise InvalidDocument(name, f"must be a string, not {_type(value)}")
    if len(value) > limit:
        raise InvalidDocument(name, f"has {len(value):,} characters, at most {limit:,} are taken")
    if "\0" in value:
        raise InvalidDocument(name, f"holds a NUL character at position {value.index(chr(0))}")
    if match := re.search("[\ud800-\udfff]", value):
        raise InvalidDocument(name, f"holds half of a surrogate pair at position {match.start()}; send valid Unicode")
    return value


def _id(name: str, value: object) -> str:
    text = _string(name, value, MAX_ID)
    if not text.strip() or any(ord(letter) < 32 for letter in text):
        raise InvalidDocument(name, "must be visible characters on one line")
    return text


def _text(name: str, value: object) -> str:
    text = _string(name, value, MAX_TEXT)
    if not text.strip():
        raise InvalidDocument(name, "is empty")
    if not any(letter.isalpha() for letter in text):
        raise InvalidDocument(name, "holds no letters, only digits or symbols; nothing can be read from it")
    return text


def _kind(name: str, value: object) -> Kind:
    if value not in tuple(Kind):
        raise InvalidDocument(name, f"is {value!r:.40}, must be one of {', '.join(Kind)}")
    return Kind(str(value))


def _choice(choices: tuple[str, ...]) -> Callable[[str, object], str]:
    def read(name: str, value: object) -> str:
        if value not in choices:
            raise InvalidDocument(name, f"is {value!r:.40}, must be one of {', '.join(choices)}")
        return str(value)

    return read


def _boolean(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidDocument(name, f"must be true or false, not {_type(value)}")
    return value


def _date(name: str, value: object) -> date:
    try:
        return date.fromisoformat(_string(name, value))
    except ValueError as error:
        if isinstance(error, InvalidDocument):
            raise
        raise InvalidDocument(name, f"is {value!r:.40}, must be a date like 2026-11-22") from error


def _states(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise InvalidDocument(name, f"must be a list of two-letter states, not {_type(value)}")
    for state in value:
        if not isinstance(state, str) or state not in STATES:
            raise InvalidDocument(name, f"holds {state!r:.40}, must be two-letter US states")
    return tuple(sorted({str(state) for state in value}))


def _pay(name: str, value: object) -> Pay:
    if not isinstance(value, Mapping) or set(value) != {"low", "high", "period"}:
        raise InvalidDocument(name, "must be an object with low, high and period")
    low, high = (_dollars(f"{name}.{end}", value[end]) for end in ("low", "high"))
    if low > high:
        raise InvalidDocument(name, f"low {low:g} is above high {high:g}")
    return Pay(low, high, _choice(PERIODS)(f"{name}.period", value["period"]))


def _dollars(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidDocument(name, f"must be a number, not {_type(value)}")
    if not 0 <= value <= MAX_PAY:  # NaN is not either
        raise InvalidDocument(name, f"is {value!r:.40}, must be between 0 and {MAX_PAY:,}")
    return float(value)


def _type(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object", str: "a string"}
    return names.get(type(value), type(value).__name__)


_READERS: dict[str, Callable[[str, object], object]] = {
    "id": _id,
    "kind": _kind,
    "text": _text,
    "title": _string,
    "employer": _string,
    "place": _string,
    "employment_type": _choice(EMPLOYMENT_TYPES),
    "pay": _pay,
    "remote": _boolean,
    "telehealth_states": _states,
    "posted": _date,
    "closes": _date,
}
