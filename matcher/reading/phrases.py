"""Every place where a vocabulary phrase stands, longest first, with the ambiguous ones decided by their sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import ahocorasick

from matcher.vocabulary import Concept, Form, Vocabulary
from matcher.words import HARD, SOFT, Word, Words, fold

ENGLISH = frozenset(
    [
        "act",
        "art",
        "met",
        "mat",
        "pact",
        "space",
        "match",
        "path",
        "cap",
        "cat",
        "lat",
        "mac",
        "sac",
        "aid",
        "start",
        "arc",
        "abc",
        "asi",
        "net",
        "cares",
        "care",
        "tip",
        "ace",
        "ask",
        "asq",
    ]
)
LIST_HEADS = ("therapy", "counseling", "psychotherapy", "session", "treatment")
COMMON_LICENCES = ("LCSW", "LICSW", "LMSW", "LPC", "LPCC", "LCPC", "LMHC", "LMFT", "LADC", "CADC", "BCBA")  # what the cue @licence means
NAMES = frozenset({"modality", "degree", "certification", "instrument", "system"})  # proper names: their words mean nothing apart
NEIGHBOURS = 60  # phrases of a sentence that can decide an ambiguous one
LONGEST_SENTENCE = 150  # words: a longer one is cut, so that no text takes long
REACH = 6  # how many list items a shared last word ("individual, family and group therapy") reaches back


@dataclass(frozen=True, slots=True)
class Found:
    """A form of a concept at words `first` to `last` (inclusive) of a text."""

    form: Form
    first: int
    last: int


class PhraseFinder:
    """An automaton over all forms of all concepts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._automaton = ahocorasick.Automaton()
        written: dict[str, dict[Form, None]] = {}
        for forms in vocabulary.forms.values():
            for form in forms:
                for line in {form.key, form.line}:
                    written.setdefault(line, {})[form] = None
        for line, spelled in written.items():
            self._automaton.add_word(f" {line} ", (line, tuple(spelled)))
        self._automaton.make_automaton()
        self._cues = {id: _Cues(concept) for id, concept in vocabulary.concepts.items() if concept.cues or concept.anticues}

    def find(self, words: Words) -> list[Found]:
        """The concepts named in the text; where one phrase lies inside another of its category, the longer."""
        found = [*_outermost(list(self._matches(words))), *self._shared_heads(words)]
        sentences = Sentences(words)
        firm = [place for place in found if not place.form.held]
        named: dict[int, list[Found]] = {}  # first word of a sentence -> what is named in it
        for place in firm:
            named.setdefault(sentences.of(place.first).first, []).append(place)
        held = [place for place in found if place.form.held and self._decided(place, named, sentences)]
        kept = [place for place in firm if not self._forbidden(place, sentences)]
        return sorted(_outermost(kept + held), key=lambda place: (place.first, place.last, place.form.concept))

    def _matches(self, words: Words) -> Iterator[Found]:
        for end, (line, forms) in self._automaton.iter(words.line):
            first = words.index(end - len(line))
            for form in forms:
                last = first + len(form.words) - 1
                if _written(form, words.words[first : last + 1], words.text):
                    yield Found(form, first, last)

    def _shared_heads(self, words: Words) -> Iterator[Found]:
        """'individual, family and group therapy' names individual therapy and family therapy too."""
        tokens = words.line.split(" ")
        at = -1
        items: list[int] = []
        for token in tokens:
            if token in (HARD, SOFT, ""):
                items = [] if token == HARD else items
                continue
            at += 1
            if token in LIST_HEADS:
                yield from self._expanded(items[-REACH:-1], token, words)
                items = []
            elif token not in ("and", "or"):
                items = [*items, at] if len(items) < 2 * REACH else [at]

    def _expanded(self, items: list[int], head: str, words: Words) -> Iterator[Found]:
        for item in items:
            for form in self._vocabulary.forms.get(f"{words.words[item].folded} {head}", ()):
                if not form.exact and not form.held:
                    yield Found(form, item, item)

    def _decided(self, place: Found, named: Mapping[int, list[Found]], sentences: Sentences) -> bool:
        sentence = sentences.of(place.first)
        cues = self._cues[place.form.concept]
        near = (other for other in named.get(sentence.first, ())[:NEIGHBOURS] if not _same(other, place))
        categories = {other.form.concept.partition(".")[0] for other in near}
        around = sentences.without(sentence, place)
        return not cues.forbid(around) and cues.allow(around, categories)

    def _forbidden(self, place: Found, sentences: Sentences) -> bool:
        cues = self._cues.get(place.form.concept)
        if cues is None or cues.anticues is None:
            return False
        return cues.forbid(sentences.without(sentences.of(place.first), place))


class _Cues:
    """The compiled cues of a concept; `@modality` means a firm mention of that category."""

    def __init__(self, concept: Concept) -> None:
        self.categories = frozenset(cue[1:] for cue in concept.cues if cue.startswith("@"))
        listed = [cue for cue in concept.cues if not cue.startswith("@")]
        self.cues = _pattern([*listed, *COMMON_LICENCES] if "@licence" in concept.cues else listed)
        self.anticues = _pattern(concept.anticues)

    def allow(self, sentence: str, categories: set[str]) -> bool:
        return bool(self.categories & categories or (self.cues and self.cues.search(sentence)))

    def forbid(self, sentence: str) -> bool:
        return bool(self.anticues and self.anticues.search(sentence))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A run of words between two hard breaks, with its folded text."""

    first: int
    last: int
    text: str


class Sentences:
    """The sentences of a text, found by word."""

    def __init__(self, words: Words) -> None:
        self._words = words.words
        self._by_word: list[Sentence] = []
        for piece in re.split(rf" \{HARD}(?= )", words.line):
            tokens = [token for token in piece.split() if token != SOFT]
            for start in range(0, len(tokens), LONGEST_SENTENCE):
                part = tokens[start : start + LONGEST_SENTENCE]
                first = len(self._by_word)
                self._by_word.extend([Sentence(first, first + len(part) - 1, f" {' '.join(part)} ")] * len(part))

    def of(self, word: int) -> Sentence:
        """The sentence of a word."""
        return self._by_word[word]

    def without(self, sentence: Sentence, place: Found) -> str:
        """The sentence's words but those of the place, so that a form is not its own cue."""
        kept = [*self._words[sentence.first : place.first], *self._words[place.last + 1 : sentence.last + 1]]
        return f" {' '.join(word.folded for word in kept)} "


def _pattern(cues: Iterable[str]) -> re.Pattern[str] | None:
    folded = sorted({" ".join(fold(word) for word in re.findall(r"[^\W_]+(?:['’][^\W_]+)*", cue)) for cue in cues} - {""})
    return re.compile(" (?:" + "|".join(map(re.escape, folded)) + ") ") if folded else None


def _written(form: Form, words: list[Word], text: str) -> bool:
    """Whether the words are written as the form allows: in its capitals, and a single letter joined to its word."""
    if not form.exact:
        return True
    if any(len(after.raw) == 1 and text[before.end : after.start].isspace() for before, after in pairwise(words)):
        return False
    pairs = list(zip(form.words, words, strict=True))
    if all(_as_printed(ours.raw, theirs.raw) for ours, theirs in pairs):
        return True
    joined = "".join(word.raw for word in form.words)
    lower = all(word.raw == word.raw.lower() for word in words)
    return not form.held and lower and len(joined) >= 3 and joined.lower() not in ENGLISH


def _as_printed(form: str, text: str) -> bool:
    return text == form or text in (f"{form}s", f"{form}'s", f"{form}’s") or text.replace(".", "") == form


def _same(one: Found, other: Found) -> bool:
    return one.first <= other.last and other.first <= one.last


def _outermost(found: list[Found]) -> list[Found]:
    """Drop what lies inside a longer phrase of the same category, and doubles."""
    kept: list[Found] = []
    over: dict[int, list[Found]] = {}  # word -> the kept phrases that cover it
    ordered = sorted(set(found), key=lambda place: (place.first - place.last, place.first, place.form.held, place.form.concept))
    for place in ordered:
        if not any(_takes(other, place) for other in over.get(place.first, ())):
            kept.append(place)
            for word in range(place.first, place.last + 1):
                over.setdefault(word, []).append(place)
    return kept


def _takes(other: Found, place: Found) -> bool:
    longer = other.last - other.first > place.last - place.first
    inside = other.first <= place.first and place.last <= other.last
    return inside and (other.form.concept == place.form.concept or (longer and _covers(other, place.form.concept.partition(".")[0])))


def _covers(place: Found, category: str) -> bool:
    """Whether a longer phrase takes the words of a shorter one of a category: 'marriage and family therapy' is no family."""
    own = place.form.concept.partition(".")[0]
    return own == category or own in NAMES
