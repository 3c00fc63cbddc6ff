"""What the matcher asks of a model: word pieces with their places, and unit vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.record import Vectors
from matcher.document import MatcherProblem

PRECISIONS = ("fp32", "bf16", "openvino-fp32", "openvino-bf16")  # by sentence-transformers; by OpenVINO, an optional extra


class ModelInvalid(MatcherProblem):
    """The model's files are missing or are not the ones expected, or they cannot be run as asked."""


class Encoder(Protocol):
    """Any model that turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """The model, the runtime and its precision; part of a store's fingerprint."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    @property
    def window(self) -> int:
        """How many word pieces the model reads of one text."""

    def verify(self) -> None:
        """Raises ModelInvalid where the files of the model are no longer those that were loaded."""

    def pieces(self, text: str) -> Sequence[tuple[int, int]]:
        """The character offsets of the word pieces of a text, in order."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, float32, unit length, shape (len(texts), dimension); the same text gives the same row in any batch."""
