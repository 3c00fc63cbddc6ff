"""The filters beside a ranked list, and the cards in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from index.record import Filter
from matcher.catalog import facets, numbers
from matcher.document import InvalidDocument, Kind
from matcher.exclusion import standings
from matcher.explain import Explanation, explain
from matcher.filters import Between, Conditions, known_values, to_filter
from matcher.matcher import Found, Matcher
from matcher.profile import Profile
from matcher.verdict import Standing
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights
from service.pages.bars import Stretch, bar, told
from service.pages.reading import headline
from service.pasteboard import Pasted

RANKED = 200  # documents compared for a list
SHOWN = 10  # cards at first, and added by "more"
CHOICES = {
    "state": "State", "mode": "On site or remote", "setting": "Setting", "population": "Clients", "modality": "Methods", "licence_family": "Licence",
    "language": "Languages",
}  # fmt: skip
OFFERED = 8  # values of a facet that are offered, those found most often first
STANDINGS = {
    "": "All", Standing.ELIGIBLE.value: "Eligible", Standing.UNKNOWN.value: "Not determined", Standing.NOT_ELIGIBLE.value: "Not eligible",
}  # fmt: skip
MARKS = {Standing.ELIGIBLE: "✓", Standing.UNKNOWN: "?", Standing.NOT_ELIGIBLE: "✕"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person set beside a list. `pay`: US dollars a year at least; `silent`: also what does not say what it pays."""

    values: Mapping[str, tuple[str, ...]]
    pay: int | None = None
    silent: bool = True
    standing: str = ""
    show: int = SHOWN
    names: bool = False

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Wanted:
        """From the parameters of an address; raises InvalidDocument for a number that is none."""
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            if value:
                given.setdefault(name, []).append(value)
        one = {name: values[-1] for name, values in given.items()}
        return cls(
            {name: tuple(given[name]) for name in CHOICES if name in given},
            _whole("pay", one["pay"], 10_000_000) if "pay" in one else None,
            one.get("silent", "yes" if "pay" not in one else "no") == "yes",
            one.get("standing", "") if one.get("standing") in STANDINGS else "",
            max(1, _whole("show", one.get("show", str(SHOWN)), RANKED)),
            one.get("names") == "yes",
        )

    @property
    def filters(self) -> bool:
        """Whether anything is left out."""
        return bool(self.values or self.pay)

    def filter(self, vocabulary: Vocabulary) -> Filter:
        """As the index understands it; raises InvalidFilter."""
        required: dict[str, Iterable[str] | Between] = dict(self.values)
        if self.pay:
            required["pay_per_year"] = Between(at_least=self.pay, or_not_stated=self.silent)
        conditions: Conditions = required
        return to_filter(conditions, {}, vocabulary)

    def address(self, **other: str) -> str:
        """These as the query of an address, with some replaced; an empty one is left out."""
        pairs = [(name, value) for name, values in self.values.items() for value in values if name not in other]
        plain = {
            "pay": str(self.pay or ""), "silent": "yes" if self.pay and self.silent else "", "standing": self.standing,
            "show": "" if self.show == SHOWN else str(self.show), "names": "yes" if self.names else "",
        }  # fmt: skip
        return "?" + urlencode([*pairs, *((name, value) for name, value in {**plain, **other}.items() if value)])


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be chosen; `count`: how many of the ranked documents have it."""

    value: str
    words: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One found document as it is shown. `rank` is its place in the whole list."""

    rank: int
    number: int
    title: str
    under: str
    found: Found
    told: Explanation
    bar: Sequence[Stretch]
    bar_words: str
    mark: str


@dataclass(frozen=True)
class Ranked:
    """A ranked list: all of it counted, the first of it shown."""

    found: Sequence[Found]
    counts: Mapping[str, int]
    cards: Sequence[Card]
    rest: int
    choices: Mapping[str, Sequence[Choice]]


def ranked(matcher: Matcher, pasted: Pasted, wanted: Wanted) -> Ranked:
    """The list of a text under what its person wants; raises InvalidFilter and NothingToRead."""
    found = compared(matcher, pasted, wanted)
    listed = [(rank, one) for rank, one in enumerate(found, 1) if wanted.standing in ("", one.match.eligibility.standing.value)]
    cards = [card(rank, one, pasted, wanted.names, matcher.vocabulary) for rank, one in listed[: wanted.show]]
    counts = {"": len(found), **{standing.value: count for standing, count in standings(one.match for one in found).items()}}
    return Ranked(found, counts, cards, len(listed) - len(cards), _choices(found, wanted, matcher.vocabulary))


def compared(matcher: Matcher, pasted: Pasted, wanted: Wanted) -> Sequence[Found]:
    """The documents with the best scores for a text that pass its person's filters, each compared, best first; raises InvalidFilter and NothingToRead."""
    places = matcher.rank(pasted.asked, pasted.tenant, wanted.filter(matcher.vocabulary), Weights(), RANKED)
    return matcher.placed(pasted.asked, places, pasted.tenant, Weights())


def card(rank: int, found: Found, pasted: Pasted, names: bool, vocabulary: Vocabulary) -> Card:
    """A found document as it is shown."""
    number = pasted.number(found.document.id)
    title, under = called(found, number, names, vocabulary)
    mark = MARKS[found.match.eligibility.standing]
    return Card(rank, number, title, under, found, explain(found.match, vocabulary), bar(found.match), told(found.match), mark)


def called(found: Found, number: int, names: bool, vocabulary: Vocabulary) -> tuple[str, str]:
    """Title and what stands below it. A clinician is a number, unless names are asked for."""
    document = found.document
    if document.kind is Kind.POSTING:
        pay = [f"${low:,.0f} to ${high:,.0f} a year" for low, high in [numbers(document, found.match.posting).get("pay_per_year", (0, 0))] if high]
        return document.title or _first_line(document.text), " · ".join(filter(None, (document.employer, document.place, *pay)))
    line = " · ".join(headline(found.match.resume, vocabulary))
    if not names:
        return f"Clinician {number}", line
    return document.title or _first_line(document.text), " · ".join(filter(None, (document.id, line)))


def profile_of(found: Found) -> Profile:
    """The profile of the document that was found, not of what was asked with."""
    return found.match.posting if found.document.kind is Kind.POSTING else found.match.resume


def _choices(found: Sequence[Found], wanted: Wanted, vocabulary: Vocabulary) -> dict[str, list[Choice]]:
    """What can be chosen beside a list: the values found most often in it, and those that are chosen."""
    known = dict(known_values(vocabulary))
    known["state"] = {code: state.name for code, state in vocabulary.states.items()}
    counts: dict[str, Counter[str]] = {name: Counter() for name in CHOICES}
    for one in found:
        for name, values in facets(one.document, profile_of(one)).items():
            if name in counts:
                counts[name].update(values)
    choices = {}
    for name, counter in counts.items():
        chosen = wanted.values.get(name, ())
        offered = dict.fromkeys((*chosen, *(value for value, _ in counter.most_common(OFFERED))))
        choices[name] = [Choice(value, known[name][value], counter[value], value in chosen) for value in offered if value in known[name]]
    return choices


def _first_line(text: str) -> str:
    return next((line.strip()[:120] for line in text.splitlines() if line.strip()), "")


def _whole(name: str, value: str, most: int) -> int:
    plain = value.strip().lower().replace(",", "").removeprefix("$")
    try:
        number = int(float(plain.removesuffix("k")) * (1_000 if plain.endswith("k") else 1))
    except (ValueError, OverflowError) as error:
        raise InvalidDocument(name, f"is {value!r:.40}, must be a number") from error
    if not 0 <= number <= most:
        raise InvalidDocument(name, f"is {number}, must be between 0 and {most:,}")
    return number
