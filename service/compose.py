"""The composition root: who plugs what together is said here and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from index.embedded import EmbeddedIndex
from index.store import stored_fingerprint
from matcher.encoder import Encoder
from matcher.matcher import Matcher, fingerprint
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary, load
from service.settings import Settings


def open_matcher(settings: Settings, today: date | None = None) -> Matcher:
    """The matcher over the embedded store of the settings.

    Raises StoreInvalid, ModelInvalid or VocabularyInvalid, each saying what to do.
    """
    vocabulary = load()
    encoder = load_encoder(settings)
    index = open_index(settings.store, vocabulary, encoder)
    return Matcher(vocabulary, Reader(vocabulary, today or date.today()), encoder, index)


def unstored_matcher(settings: Settings) -> Matcher:
    """A matcher over an empty store in memory, for comparisons that keep nothing."""
    return open_matcher(replace(settings, store=Path(":memory:")))


def load_encoder(settings: Settings) -> Encoder:
    """The model of the settings; without a precision, that of the store, and for a new store the faster one."""
    from matcher.sentence_encoder import SentenceEncoder  # seconds of import, which `--help` need not pay

    known = stored_fingerprint(settings.store) or ""
    stored = next((precision for precision in ("bf16", "fp32") if f"@{precision} " in known), None)
    return SentenceEncoder.load(settings.model, settings.precision or stored)


def open_index(path: Path, vocabulary: Vocabulary, encoder: Encoder) -> EmbeddedIndex:
    """The embedded index at a path, refused when another model, vocabulary or rule filled it."""
    return EmbeddedIndex.open(path, fingerprint(encoder, vocabulary), encoder.dimension, f"clinmatch rebuild --store {path}")
