"""Every place where a vocabulary phrase stands, longest first, with the ambiguous ones decided by their sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import NamedTuple

import ahocorasick

from matcher.reading.doings import DoneFinder
from matcher.reading.spans import Found, as_marked, field_follows, with_fields
from matcher.reading.spelling import Speller
from matcher.reading.wording import ENGLISH, NUMBERED
from matcher.vocabulary import Concept, Form, Vocabulary
from matcher.words import HARD, SOFT, Words, fold

__all__ = ["ENGLISH", "PhraseFinder", "Sentence", "Sentences"]

COLON = re.compile(r"[^\w\n:]*:[^\w\n]*")
ADDRESS = re.compile(r"[\w)][.@]$")  # what stands before a word that is part of an address
LEFT, RIGHT = re.compile(r"(?:^|[\n,;:|/(•●▪–—*-])[ \t]*\Z"), re.compile(r"[ \t]*(?:$|[\n,;|/).•●▪–—])")  # what stands around an item of a list
LIST_HEADS = ("therapy", "counseling", "psychotherapy", "session", "treatment")
COMMON_LICENCES = ("LCSW", "LICSW", "LMSW", "LPC", "LPCC", "LCPC", "LMHC", "LMFT", "LADC", "CADC", "BCBA")  # what the cue @licence means
GAP = "_"  # in cues: where the phrase itself stands
ITEM = "item"  # as @item in cues: a capitalised word that is all of its list item
REACHING = 12  # how many words away what forbids a phrase may stand
LABEL, CHAIN = 4, 20  # words of a heading, label or item of a list, and how many of those before say what an item is about
NEIGHBOURS = 60  # phrases of a sentence that can decide an ambiguous one
LONGEST_SENTENCE = 150  # words: a longer one is cut, so that no text takes long
LONGEST_FIELD = 5  # words of what a degree is in
_PIECES = re.compile(rf" \{HARD}(?= )")
REACH = 6  # how many list items a shared last word ("individual, family and group therapy") reaches back


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
            self._automaton.add_word(f" {line} ", (len(line), [(form, len(form.words), _as_folded(form)) for form in spelled]))
        self._automaton.make_automaton()
        self._done = DoneFinder(vocabulary)
        self._speller = Speller(word.folded for forms in vocabulary.forms.values() for form in forms for word in form.words)
        keys: dict[str, set[str]] = {}
        for key, forms in vocabulary.forms.items():
            for form in forms:
                keys.setdefault(form.concept, set()).add(key)
        self._cues = {id: _Cues(concept, keys[id]) for id, concept in vocabulary.concepts.items() if concept.cues or concept.anticues}

    def find(self, words: Words) -> list[Found]:
        """The concepts named in the text; where one phrase lies inside another of its category, the longer."""
        words = self._speller.read(words)
        sentences = Sentences(words)
        found = [*_outermost([*self._matches(words), *self._done.find(words)]), *self._shared_heads(sentences)]
        found += [more for place in found if place.category == "degree" for more in self._fields(place, words)]
        firm = [place for place in found if not place.form.held]
        named: dict[int, list[Found]] = {}  # first word of a sentence -> what is named in it
        for place in firm:
            named.setdefault(sentences.of(place.first).first, []).append(place)
        doubtful = [place for place in found if place.form.held and not self._forbidden(place, sentences)]
        held = _clearer((place, self._surely(place, named, sentences)) for place in doubtful)
        kept = [place for place in firm if not self._forbidden(place, sentences)]
        return as_marked(_outermost([*kept, *held, *self._together(doubtful, held, words)]), words, self._named)

    def _named(self, key: str, above: str) -> bool:
        """Whether words name something of a category; given a concept: it, or one above it, and without a doubt."""
        forms = self._vocabulary.forms.get(key, ())
        if "." not in above:
            return any(form.concept.partition(".")[0] == above for form in forms)
        return key not in NUMBERED and any(not form.held and self._within(above, form.concept) for form in forms)

    def _within(self, concept: str, above: str) -> bool:
        return concept == above or any(self._within(parent, above) for parent in self._vocabulary.concepts[concept].parents)

    def _matches(self, words: Words) -> Iterator[Found]:
        for end, (length, forms) in self._automaton.iter(words.line):
            first = words.index(end - length)
            for form, size, free in forms:
                if free or (_written(form, words, first, first + size) and _numbered(form, words, first)):
                    yield Found(form, first, first + size - 1)

    def _shared_heads(self, sentences: Sentences) -> Iterator[Found]:
        """'individual, family and group therapy' names individual therapy and family therapy too."""
        for first, tokens in sentences.holding(LIST_HEADS):
            at = first - 1
            items: list[int] = []
            after_word = False
            for token in tokens:
                if token == SOFT:
                    after_word = False
                    continue
                at += 1
                if token in LIST_HEADS and items:
                    yield from self._expanded(items[-REACH:-1], token, sentences.words)
                    items = []
                elif token in ("and", "or"):
                    after_word = False
                else:
                    items = [at] if after_word else [*items, at][-REACH:]
                    after_word = True

    def _expanded(self, items: list[int], head: str, words: Words) -> Iterator[Found]:
        for item in items:
            for form in self._vocabulary.forms.get(f"{words.folded[item]} {head}", ()):
                if not form.exact and not form.held and form.concept.startswith("modality"):
                    yield Found(form, item, item)

    def _fields(self, place: Found, words: Words) -> Iterator[Found]:
        """'A degree in counseling, psychology or social work' names each of them."""
        named = words.folded[place.first : place.last + 1]
        if "in" not in named[1:-1]:
            return
        heads = {" ".join(named[: named.index("in", 1) + 1]), f"{named[0]} in"}
        last = with_fields(place, words).last
        if last > place.last:
            yield Found(place.form, place.first, last)
        for at in range(place.last + 1, last + 1):
            for end in range(min(at + LONGEST_FIELD, last + 1), at, -1):
                field = " ".join(words.folded[at:end])
                forms = {form for head in heads for form in self._vocabulary.forms.get(f"{head} {field}", ()) if form.concept.startswith("degree.")}
                yield from (Found(form, place.first, last) for form in forms if not form.held)
                if forms:
                    break

    def _surely(self, place: Found, named: Mapping[int, list[Found]], sentences: Sentences) -> int:
        """How surely an ambiguous form means its concept: 2 by a word of its own, 1 by what else is named, 0 not at all."""
        sentence = sentences.of(place.first)
        cues = self._cues[place.form.concept]
        if place.category == "degree" and field_follows(place, sentences.words):
            return 2
        if cues.say(sentences.explained(sentence, place)) or (ITEM in cues.categories and _is_item(place, sentences.words)):
            return 2
        near = (other for other in named.get(sentence.first, ())[:NEIGHBOURS] if not _same(other, place))
        return int(not cues.categories.isdisjoint(other.category for other in near))

    def _together(self, doubtful: list[Found], held: list[Found], words: Words) -> Iterator[Found]:
        """Ambiguous forms that bear each other out, as items of one list of a category: 'MI and MET', 'BA or BS'."""
        decided = set(held)
        left = [place for place in doubtful if place.form.exact and place.category in self._cues[place.form.concept].categories and place not in decided]
        begun: dict[int, list[Found]] = {}
        for place in left:
            begun.setdefault(place.first, []).append(place)
        borne: set[Found] = set()
        for place in left:
            step = 2 if words.folded[place.last + 1 : place.last + 2] in (["and"], ["or"]) else 1
            for other in begun.get(place.last + step, ()):
                if place.category == other.category and place.form.key != other.form.key:
                    borne |= {place, other}
        return (place for place in left if place in borne)

    def _forbidden(self, place: Found, sentences: Sentences) -> bool:
        cues = self._cues.get(place.form.concept)
        if cues is None or cues.anticues is None:
            return False
        return cues.forbid(sentences.without(sentences.of(place.first), place, REACHING))


class _Cues:
    """The compiled cues of a concept; `@modality` means a firm mention of that category."""

    def __init__(self, concept: Concept, forms: Iterable[str]) -> None:
        self.categories = frozenset(cue[1:] for cue in concept.cues if cue.startswith("@"))
        listed = [cue for cue in concept.cues if not cue.startswith("@")]
        self.cues = _pattern([*listed, *COMMON_LICENCES] if "@licence" in concept.cues else listed, forms)
        self.anticues = _pattern(concept.anticues, forms, apart=True)

    def say(self, sentence: str) -> bool:
        """Whether one of the words that decide stands in a sentence."""
        return bool(self.cues and self.cues.search(sentence))

    def forbid(self, sentence: str) -> bool:
        """Whether one of the words that speak against it does."""
        return bool(self.anticues and self.anticues.search(sentence))


class Sentence(NamedTuple):
    """Words `first` to `last` between two hard breaks, and the short lines or labels right before them, that say what they are about: 'Languages: ...'."""

    first: int
    last: int
    label: str


class Sentences:
    """The sentences of a text, found by word."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._folded = words.folded
        self._pieces = _PIECES.split(words.line)
        sizes = [piece.count(" ") - piece.count(f" {SOFT}") for piece in self._pieces]
        sizes[-1] -= 1  # the space at the end
        self._firsts = list(accumulate(sizes, initial=0))
        self._labels: dict[int, str] = {}

    def of(self, word: int) -> Sentence:
        """The sentence of a word."""
        piece = bisect_right(self._firsts, word) - 1
        start, end = self._firsts[piece : piece + 2]
        first = word - (word - start) % LONGEST_SENTENCE
        if piece not in self._labels:
            self._labels[piece] = self._label(piece)
        return Sentence(first, min(first + LONGEST_SENTENCE, end) - 1, self._labels[piece])

    def holding(self, words: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        """The sentences in which one of some words stands: their first words, and all words and soft breaks."""
        for first, piece in zip(self._firsts, self._pieces, strict=False):
            if any(word in piece for word in words):
                yield first, piece.split()

    def _label(self, piece: int) -> str:
        """The words of the short pieces before one."""
        begin = end = self._firsts[piece]
        while piece and self._firsts[piece] - self._firsts[piece - 1] <= LABEL and end - begin < CHAIN:
            piece -= 1
            begin = self._firsts[piece]
        return " ".join(["", *self._folded[begin:end]][-CHAIN:])

    def explained(self, sentence: Sentence, place: Found) -> str:
        """The words around a place, and those that a colon joins to its sentence: 'ART: eye movements'."""
        before = self._across(place.first - 1, place.first) if place.first == sentence.first else ""
        labelled = place.form.exact and sentence.last - sentence.first < LABEL
        after = self._across(sentence.last + 1, sentence.last + 1) if labelled else ""
        return f"{before}{self.without(sentence, place)}{after}"

    def _across(self, beyond: int, colon: int) -> str:
        """The sentence of a word on the other side of a colon that stands before a word."""
        words = self.words
        if not (0 < colon < len(words.raws) and COLON.fullmatch(words.text, words.ends[colon - 1], words.starts[colon])):
            return ""
        other = self.of(beyond)
        return f" {' '.join(self._folded[other.first : other.last + 1])} "

    def without(self, sentence: Sentence, place: Found, reach: int = LONGEST_SENTENCE) -> str:
        """The words around a place, up to `reach` on either side, with a gap for its own, so that a form is not its own cue."""
        before = self._folded[max(sentence.first, place.first - reach) : place.first]
        after = self._folded[place.last + 1 : min(sentence.last, place.last + reach) + 1]
        gap = GAP + place.form.key.replace(" ", GAP)
        label = sentence.label if reach == LONGEST_SENTENCE else ""
        return f"{label} {' '.join([*before, gap, *after])} "


def _pattern(cues: Iterable[str], forms: Iterable[str], apart: bool = False) -> re.Pattern[str] | None:
    """One pattern of cues; a cue that holds the phrase itself ('adult education') counts around it too, and `apart` only there."""
    folded = {" ".join(fold(word) for word in re.findall(r"_|[^\W_]+(?:['’][^\W_]+)*", cue)) for cue in cues} - {""}
    padded = [(f" {form} ", f" {GAP}{form.replace(' ', GAP)} ") for form in forms]
    around = {(cue, f" {cue} ".replace(form, gap, 1).strip()) for form, gap in padded for cue in folded if form in f" {cue} " and form != f" {cue} "}
    meant = folded - {cue for cue, _ in around if apart} | {cue for _, cue in around}
    listed = (" ".join(rf"{GAP}\S*" if word == GAP else re.escape(word) for word in cue.split()) for cue in sorted(meant))
    return re.compile(" (?:" + "|".join(listed) + ") ") if meant else None


def _written(form: Form, words: Words, first: int, stop: int) -> bool:
    """Whether the words are written as the form allows: in its capitals, and a single letter joined to its word."""
    if not form.exact:
        return True
    raws = words.raws[first:stop]
    if stop - first > 1 and any(len(words.raws[at]) == 1 and words.text[words.ends[at - 1] : words.starts[at]].isspace() for at in range(first + 1, stop)):
        return False
    if all(_as_printed(ours.raw, raw) for ours, raw in zip(form.words, raws, strict=True)):
        return True
    if ADDRESS.search(words.text, max(0, words.starts[first] - 2), words.starts[first]):
        return False
    joined = "".join(word.raw for word in form.words)
    lower = all(raw == raw.lower() for raw in raws)
    return not form.held and lower and len(joined) >= 3 and joined.lower() not in ENGLISH


def _as_folded(form: Form) -> bool:
    """Whether a form counts however it is written, and in any number."""
    return not form.exact and (len(form.words) > 1 or form.words[0].folded not in NUMBERED)


def _numbered(form: Form, words: Words, at: int) -> bool:
    """Whether a lone word that means something else in the plural has the number of the vocabulary: families are clients, family a kind of therapy."""
    return (
        len(form.words) > 1
        or form.words[0].folded not in NUMBERED
        or _is_plural(form.words[0].raw, form.words[0].folded) == _is_plural(words.raws[at], words.folded[at])
    )


def _is_plural(raw: str, folded: str) -> bool:
    return raw.lower() != folded and "'" not in raw and "’" not in raw


def _as_printed(form: str, text: str) -> bool:
    return text == form or text in (f"{form}s", f"{form}'s", f"{form}’s") or text.replace(".", "") == form


def _clearer(rated: Iterable[tuple[Found, int]]) -> list[Found]:
    """Of the meanings of the same words in a category, those that most speaks for: 'EFT or Gottman' is no tapping."""
    listed = [(place, (place.category, place.first, place.last), (sure, place.form.exact)) for place, sure in rated if sure]
    best: dict[tuple[str, int, int], tuple[int, bool]] = {}
    for _, own, clear in listed:
        best[own] = max(clear, best.get(own, clear))
    return [place for place, own, clear in listed if clear == best[own]]


def _is_item(place: Found, words: Words) -> bool:
    """Whether a capitalised place stands between breaks, as an item of a list: 'Skills: CBT, Epic'."""
    start, end = words.starts[place.first], words.ends[place.last]
    return words.text[start].isupper() and bool(LEFT.search(words.text, max(0, start - 4), start)) and bool(RIGHT.match(words.text, end))


def _same(one: Found, other: Found) -> bool:
    return one.first <= other.last and other.first <= one.last


def _outermost(found: list[Found]) -> list[Found]:
    """Drop what lies inside a longer phrase of the same category, and doubles."""
    kept: list[Found] = []
    over: dict[int, list[Found]] = {}  # word -> the kept phrases that cover it
    for place in sorted(set(found), key=_longest_first):
        covering = over.get(place.first)
        if not (covering and any(_takes(other, place) for other in covering)):
            kept.append(place)
            for word in range(place.first, place.last + 1):
                over.setdefault(word, []).append(place)
    return kept


def _longest_first(place: Found) -> tuple[int, int, bool, bool, str, str]:
    form = place.form
    return place.first - place.last, place.first, form.held, not form.exact, form.concept, form.line


def _takes(other: Found, place: Found) -> bool:
    longer = other.last - other.first > place.last - place.first
    inside = other.first <= place.first and place.last <= other.last
    return inside and (other.form.concept == place.form.concept or (longer and other.category == place.category))
