"""US states a text names, and where they stand."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcher.sought import Sought, sought
from matcher.vocabulary.licences import State

SCHOOL_BEFORE = re.compile(r"(?:University|College|School|Institute|Univ\.?) (?:of|at) (?:\w+ )?$|(?:Bank|News) of $")
SCHOOL_AFTER = re.compile(
    r"^ City\b"
    r"|^ (?:State |A&M |Tech |Southern |Northern |Central |Western |Eastern |Coast |Lutheran |Baptist |Wesleyan |Christian |Pacific |Community |Medical )*"
    r"(?:University|College|Institute|School|Avenue|Ave|St\b|Street|Blvd|Road|Rd)"
)
ANY_STATE = re.compile(  # what stands before the last of "a State, Territory or Commonwealth of the United States, or the District of Columbia"
    r"\b(?:(?:[Aa]n?|[Aa]ny|[Oo]ne|[Ff]ifty|50|U\.?S\.?)(?: U\.?S\.?)? [Ss]tates?|[Tt]errito(?:ry|ries)|United States)\b[^\n]*$"
)
ANY_STATE_CHARACTERS = 110  # before the name, within which those words stand
BEYOND = frozenset(["DC", "PR", "VI", "GU"])  # which that formula adds to the states
INITIALS = re.compile(r"((?:[A-Za-z][\w'’.-]*[ \n/&-]{1,3}){1,4})[(\[]$")
LETTERS_BEFORE, LETTERS_AFTER = re.compile(r"\b([A-Z][A-Za-z.]{0,5})/$"), re.compile(r"/([A-Z][A-Za-z.]{0,5})\b")
CAPITALISED = re.compile(r"[A-Z][\w.'’-]*(?:[ ][A-Z][\w.'’-]*)*")
WORD = re.compile(r"[\w'’-]+\.?(?= )|[\w'’-]+")
CITY_BEFORE = re.compile(r"(?<![\w.'’-])[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}$")
CITY_WORDS, CITY_CHARACTERS = 4, 48  # the longest name of a city that is looked up
DEGREES = frozenset(["MA", "MI", "MS", "PA", "DE"])  # degrees, a method and a credential, which stand after commas as well
ANYWHERE_ELSE = "Town"  # stands where a resume named its city
VETERANS = "VA"  # more often the department than Virginia
HAZARDS = frozenset(["AL", "CO", "DE", "HI", "ID", "IN", "LA", "MA", "ME", "MD", "MS", "OK", "OR", "PA", "CT"])  # English words, degrees, other credentials


@dataclass(frozen=True, slots=True)
class StateMention:
    """A state and the characters that name it."""

    state: str
    start: int
    end: int


class _InOrder:
    """Mentions in the order of their beginnings."""

    def __init__(self, mentions: list[StateMention]) -> None:
        self._mentions = mentions
        self._starts = [mention.start for mention in mentions]

    def between(self, start: int, end: int) -> list[StateMention]:
        """Those that lie in a stretch."""
        near = self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return [mention for mention in near if mention.end <= end]


class Places:
    """The states named in one text, to be asked by stretch."""

    def __init__(self, named: list[StateMention], cities: list[StateMention], text: str) -> None:
        self._named, self._cities = _InOrder(named), _InOrder(cities)
        self._by_end = {mention.end: mention.start for mention in named if text[mention.end : mention.end + 1] == " "}

    def named(self, start: int = 0, end: int = sys.maxsize) -> list[StateMention]:
        """The states spelled out or abbreviated in a stretch, in order."""
        return self._named.between(start, end)

    def begin(self, start: int) -> int:
        """Where a name that stands at an offset begins with the state right before it: "Illinois LCSW"."""
        return self._by_end.get(start - 1, start)

    def cities(self, start: int = 0, end: int = sys.maxsize) -> list[StateMention]:
        """The states of the well-known cities in a stretch, in order."""
        return self._cities.between(start, end)


class StateFinder:
    """Finds states by name, by two letters in the position of an address, and by well-known city."""

    def __init__(self, states: Mapping[str, State]) -> None:
        names = {name: state.code for state in states.values() for name in (state.name, *state.aliases)}
        self._names = {name.lower(): code for name, code in names.items()}
        self._cities = {city.lower(): state.code for state in states.values() for city in state.cities}
        self._begun = frozenset(begun.group() for city in self._cities if (begun := WORD.match(city)))  # the first words of cities
        self._codes = frozenset(states)
        self._name = _longest_first(names)
        codes = "|".join(sorted(states))
        self._code = sought(
            rf"(?<=[\w.'’-])(?:, ?| )(?P<code>{codes})\b(?P<zip>[ ,]+\d{{5}})?|[(\[/](?P<bare>{codes})(?=[)\],/ ])"
            rf"|\b(?P<prefix>{codes})(?=[ -](?:licen[sc]|LCSW|LPC|LMFT|LMHC|LICSW|LMSW|LCPC|LMHC|resident|client|telehealth))",
            cased=True,
        )
        self._run = sought(rf"\b(?:in|both|either) (?P<codes>(?:{codes})(?:(?:,? (?:and|or|&) |, ?|/)(?:{codes}))*)\b(?! ?\()", cased=True)
        self._lead = sought(
            rf"\b(?:{codes})(?=(?: ?\(|: )(?:(?:L|AM|AP|AC|AL|IM|BC|CS|CP|RM|RC|PL|PC|T|SW)[A-Z]{{2,}}|Licensed)|-L(?:CSW|PC|MFT|MHC|ICSW|MSW|CPC|SW|ISW)\b)",
            cased=True,
        )
        self._bare = re.compile(rf"\b(?:{codes})\b")
        self._lower = sought(
            rf"\b(?:state of|within) (?P<name>{'|'.join(re.escape(name.lower()) for name in sorted(self._names, key=len, reverse=True))})\b",
            cased=True,
        )

    def places(self, text: str) -> Places:
        """Every state a text names, by name, letters or city."""
        named = [self._by_name(match) for match in self._name.finditer(text) if not _no_place(text, match, self._names)]
        named += [StateMention(code.group(), *code.span()) for run in self._run.finditer(text) for code in self._bare.finditer(text, *run.span("codes"))]
        named += [StateMention(match.group(), *match.span()) for match in self._lead.finditer(text)]
        named += [StateMention(self._names[match.group("name").lower()], *match.span("name")) for match in self._lower.finditer(text)]
        named += [mention for match in self._code.finditer(text) if (mention := self._by_code(match))]
        cities = [mention for match in CAPITALISED.finditer(text) for mention in self._cities_in(text, match)]
        return Places(sorted(set(named), key=lambda mention: mention.start), cities, text)

    def _cities_in(self, text: str, match: re.Match[str]) -> Iterator[StateMention]:
        """The cities in a run of capitalised words, each the longest that begins at its word."""
        if self._begun.isdisjoint(WORD.findall(match.group().lower())):
            return
        words = list(WORD.finditer(text, *match.span()))
        at = 0
        while at < len(words):
            names = ((number, text[words[at].start() : words[number].end()]) for number in range(min(len(words), at + CITY_WORDS) - 1, at - 1, -1))
            found = next(((number, self._cities[name.lower()]) for number, name in names if name.lower() in self._cities), None)
            if found and not _school(text, words[at].start(), words[found[0]].end()):
                yield StateMention(found[1], words[at].start(), words[found[0]].end())
            at = found[0] + 1 if found else at + 1

    def of_place(self, place: str) -> tuple[str, ...]:
        """The states of a place line such as 'Tampa, FL' or 'Remote (AZ, NM)'."""
        places = self.places(place)
        named = {mention.state for mention in places.named()}
        codes = {code for code in re.findall(r"\b(?!VA (?:Medical|Health|Hospital|Clinic|Center))[A-Z]{2}\b", place) if code in self._codes}
        return tuple(sorted(named | codes)) or tuple(sorted({mention.state for mention in places.cities()}))

    def _by_name(self, match: re.Match[str]) -> StateMention:
        return StateMention(self._names[match.group().lower()], match.start(), match.end())

    def _by_code(self, match: re.Match[str]) -> StateMention | None:
        group = next(name for name in ("code", "bare", "prefix") if match.group(name))
        mention = StateMention(match.group(group), match.start(group), match.end(group))
        stands = self._addressed(match) if group == "code" else group != "bare" or self._bracketed(mention, match.string)
        return mention if stands else None

    def _bracketed(self, mention: StateMention, text: str) -> bool:
        """Whether letters behind a bracket or a slash are a state: "Licensed (NC)", not "physician (MD/DO)" or "Motivational Interviewing (MI)"."""
        code, before, after = mention.state, text[max(0, mention.start - 60) : mention.start], text[mention.end : mention.end + 8]
        if after.startswith(" ") and code in (VETERANS, *HAZARDS):  # (VA or non-VA experience)
            return False
        beside = [found.group(1) for found in (LETTERS_BEFORE.search(before), LETTERS_AFTER.match(after)) if found]
        if code in (*DEGREES, "MD") and any(letters not in self._codes and letters[1:2].isupper() for letters in beside):
            return False
        words = INITIALS.search(before)
        return not words or not _initials(words.group(1), code)

    def _addressed(self, match: re.Match[str]) -> bool:
        """Whether letters after a word are the state of an address and not a degree, a credential or a word."""
        code, comma = match.group("code"), match.group().startswith(",")
        before = CITY_BEFORE.search(match.string, max(0, match.start() - CITY_CHARACTERS), match.start())
        city = before.group() if before else ""
        if match.group("zip") or city == ANYWHERE_ELSE or any(self._cities.get(name) == code for name in _endings(city.lower())):
            return True
        if code in DEGREES or not city or (city.isupper() and code in HAZARDS):
            return False
        return comma or (code not in HAZARDS and code != VETERANS)


def _endings(words: str) -> Iterator[str]:
    """The words, and the words without the first ones."""
    parts = words.split(" ")
    return (" ".join(parts[number:]) for number in range(len(parts)))


def _longest_first(names: object) -> Sought:
    ordered = sorted(names, key=len, reverse=True)  # type: ignore[call-overload]
    return sought(r"\b(?:" + "|".join(re.escape(name) for name in ordered) + r")\b", cased=True)


def _initials(words: str, letters: str) -> bool:
    """Whether letters abbreviate the words before them: "Physician Assistant (PA)"."""
    begun = "".join(word[0] for word in re.split(r"[\s/&-]+", words) if word and word not in ("of", "and", "the", "in", "for"))
    return begun.upper().endswith(letters)


def _no_place(text: str, match: re.Match[str], names: Mapping[str, str]) -> bool:
    """Whether a state's name places nothing: a school's, the capital's, or part of "a State, Territory or the District of Columbia"."""
    formula = names[match.group().lower()] in BEYOND and ANY_STATE.search(text[max(0, match.start() - ANY_STATE_CHARACTERS) : match.start()])
    return bool(formula) or _school(text, *match.span()) or _capital(text, match)


def _capital(text: str, match: re.Match[str]) -> bool:
    """Whether 'Washington' is the city: Washington, District of Columbia."""
    return match.group() == "Washington" and bool(re.match(r",? (?:D\.? ?C\b|District of)", text[match.end() : match.end() + 16]))


def _school(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 40) : start], text[end : end + 30]
    return bool(SCHOOL_BEFORE.search(before) or SCHOOL_AFTER.search(after))
