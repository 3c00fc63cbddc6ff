"""Slips of spelling and shorthand: which word of the vocabulary an unknown word stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from matcher.reading.wording import REAL, SHORTHAND
from matcher.words import Words

SHORTEST = 7  # letters of a word that is looked for behind a slip: shorter ones are too close to others
FAR = 3  # letters over which one may have moved: "behavorial"
KEPT = 65_536  # words whose spelling is remembered
VOWELS = frozenset("aeiouy")
SILENT = VOWELS | {"h"}  # letters that slips leave out or add


class Speller:
    """Knows the words of the vocabulary, and what they become by one slip."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known = frozenset(words)
        self._sounding: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            if len(word) >= SHORTEST and word.isalpha():
                self._sounding[_sound(word)].append(word)
        self._meant = lru_cache(maxsize=KEPT)(self._look_up)

    def read(self, words: Words) -> Words:
        """The words of a text with what they stand for in place of slips and shorthand."""
        said = enumerate(zip(words.raws, words.folded, strict=True))
        meant = {at: other for at, (raw, folded) in said if (other := self._stands_for(raw, folded)) is not None}
        return words.respelt(meant) if meant else words

    def _stands_for(self, raw: str, folded: str) -> str | None:
        if folded in SHORTHAND and not raw.isupper():
            return SHORTHAND[folded]
        return self._meant(folded) if len(folded) >= SHORTEST and folded not in self._known else None

    def _look_up(self, word: str) -> str | None:
        """The one word of the vocabulary that a slip makes of an unknown word."""
        if word in REAL or not word.isalpha():
            return None
        near = [known for known in self._sounding.get(_sound(word), ()) if known[0] == word[0] and _slipped(word, known)]
        return near[0] if len(near) == 1 else None


def _sound(word: str) -> str:
    """What no slip changes: the consonants a word has, c and s being one."""
    return "".join(sorted(set(word.replace("c", "s")) - SILENT))


def _slipped(word: str, meant: str) -> bool:
    """Whether a letter changed its place, or was lost, added, doubled or taken for its like."""
    if len(word) == len(meant):
        apart = [at for at, (one, other) in enumerate(zip(word, meant, strict=True)) if one != other]
        said, instead = word[apart[0] : apart[-1] + 1], meant[apart[0] : apart[-1] + 1]
        if len(apart) == 1:
            return {said, instead} <= VOWELS or {said, instead} == {"c", "s"}
        return len(said) <= FAR and instead in (said[1:] + said[0], said[-1] + said[:-1])
    longer, shorter = (word, meant) if len(word) > len(meant) else (meant, word)
    if len(longer) != len(shorter) + 1:
        return False
    at = next((at for at, letter in enumerate(shorter) if longer[at] != letter), len(shorter))
    silent = longer[at] in SILENT or longer[at] == longer[at - 1] or longer[at - 1 : at + 1] == "sc"
    return at > 0 and silent and longer[:at] + longer[at + 1 :] == shorter
