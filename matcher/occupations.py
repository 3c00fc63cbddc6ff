"""A job title -> the occupations it may name, best first: meaning and letters of the labels together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher.document import MatcherProblem
from matcher.encoder import Encoder

MEANING = 0.7  # the encoder's share of a score, the rest is of the letters; chosen on alternate titles of O*NET, not on a labelled set
NGRAMS = (3, 5)  # letters within a word
BATCH = 1024  # labels encoded between two reports of progress
DECIMALS = 6  # likenesses and scores are rounded, so that equal ones tie on any machine

ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|,?\s*\ball other\b")
RANK = re.compile(r"^(?:senior|junior|sr|jr)\b|\b(?:sr|jr)\b\.?|\b(?:level|grade|band)\s+(?:[ivx]+|\d+)\b|(?<=\s)(?:i{1,3}|iv|v|\d+)$")
MARKS = re.compile(r"[^\w+#&]+")

Likeness = NDArray[np.float64]


class NoOccupations(MatcherProblem, ValueError):
    """A list of occupations without a label that could be compared."""


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation with one or more labels."""

    id: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An occupation that a title may name, by its label that is most like the title; `score` from 0, or a little below, to 1."""

    id: str
    label: str
    score: float


class Occupations:
    """A list of occupations, ready to be ranked for titles. The order of the list changes no score."""

    def __init__(self, encoder: Encoder, occupations: Sequence[Occupation], advance: Callable[[int], object] = lambda done: None) -> None:
        """Encodes every label, telling `advance` how many were done; raises NoOccupations when there are none."""
        self.labels = tuple((one.id, label) for one in occupations for label in one.labels)
        plain = [plain_title(label) for _, label in self.labels]
        self._encoder = encoder
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=NGRAMS, sublinear_tf=True, dtype=np.float64)
        try:
            self._weighed = self._letters.fit_transform(plain)
        except ValueError as error:  # an empty vocabulary
            raise NoOccupations("the occupations have no label with a letter in it") from error
        self._vectors = np.empty((len(plain), encoder.dimension), dtype=np.float32)
        for start in range(0, len(plain), BATCH):
            rows = encoder.encode(plain[start : start + BATCH])
            self._vectors[start : start + len(rows)] = rows
            advance(len(rows))

    def likenesses(self, title: str) -> tuple[Likeness, Likeness]:
        """Meaning (cosine of the encoder) and letters (cosine of TF-IDF weights) of every label, each of shape (len(self.labels),)."""
        plain = plain_title(title)
        letters = self._weighed @ self._letters.transform([plain]).toarray().ravel()
        meaning = np.einsum("ij,j->i", self._vectors, self._encoder.encode([plain])[0])  # each row summed alone: its place changes nothing
        return np.round(meaning.astype(np.float64), DECIMALS), np.round(letters, DECIMALS)

    def scores(self, title: str) -> Likeness:
        """The score of every label in the order of `self.labels`, shape (len(self.labels),)."""
        return joined(*self.likenesses(title))

    def rank(self, title: str, limit: int = 10) -> list[Named]:
        """The best `limit` occupations, each once and by its best label; ties by id, then by label."""
        best: dict[str, Named] = {}
        for score, (id, label) in sorted(zip((-self.scores(title)).tolist(), self.labels, strict=True)):
            if id not in best:
                best[id] = Named(id, label, -score)
                if len(best) >= limit:
                    break
        return list(best.values())


def joined(meaning: Likeness, letters: Likeness) -> Likeness:
    """The fixed convex sum of both, of the same shape."""
    return np.round(MEANING * meaning + (1 - MEANING) * letters, DECIMALS)


def plain_title(title: str) -> str:
    """A title in small letters without asides in brackets, levels (Sr., II, Level 3) and marks; as it is where nothing else remains.

    A number is a level only at the end, where "IV Therapy Nurse" has none; "senior" only at the beginning, where "Senior Center Director" loses it.
    """
    low = MARKS.sub(" ", title.lower()).strip()
    kept = MARKS.sub(" ", ASIDE.sub(" ", title.lower())).strip()
    plain = " ".join(RANK.sub(" ", kept).split())
    return plain or kept or low
