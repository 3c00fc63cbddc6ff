"""The composition root: who plugs what together is said here and nowhere else."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Event

from index.embedded import EmbeddedIndex
from index.shelf import Shelves
from index.store import stored_fingerprint
from matcher.encoder import PRECISIONS, Encoder
from matcher.matcher import Matcher, fingerprint
from matcher.reading import Reader
from matcher.sheet import BriefSheet
from matcher.upload import UploadReader
from matcher.vocabulary import Vocabulary, load
from service.decisions import Decisions
from service.ingests import Ingests
from service.keys import Keyring
from service.observe import Metrics
from service.pasteboard import Pasteboard
from service.secret import Secret
from service.settings import MEMORY, Settings


@dataclass(frozen=True)
class Service:
    """Everything that the HTTP interface speaks for."""

    settings: Settings
    matcher: Matcher
    shelves: Shelves
    secret: Secret
    keyring: Keyring
    decisions: Decisions
    ingests: Ingests
    uploads: UploadReader
    metrics: Metrics
    pasteboard: Pasteboard = field(default_factory=Pasteboard)
    started: float = field(default_factory=time.time)
    leaving: Event = field(default_factory=Event)  # set when the service is told to stop

    @classmethod
    def over(cls, matcher: Matcher, settings: Settings) -> Service:
        """A service over a matcher; raises StoreInvalid or InvalidSetting for what lies beside its store."""
        shelves, secret = Shelves.open(settings.shelves), Secret.load(settings.secret)
        shelves.expire(time.time())
        decisions, metrics = Decisions(shelves, secret, settings.decision_days), Metrics()
        ingests = Ingests(matcher, shelves, stored=metrics.documents.inc)
        return cls(settings, matcher, shelves, secret, Keyring(shelves, secret), decisions, ingests, UploadReader(), metrics)

    def close(self) -> None:
        """Stop and release everything."""
        self.ingests.close()
        self.uploads.close()
        self.matcher.close()
        self.shelves.close()


def open_service(settings: Settings) -> Service:
    """The service over the store of the settings; raises as `open_matcher` and `Service.over` do."""
    return Service.over(open_matcher(settings), settings)


def open_keyring(settings: Settings) -> tuple[Keyring, Shelves]:
    """The keys of an installation alone, and the file to close."""
    shelves = Shelves.open(settings.shelves)
    return Keyring(shelves, Secret.load(settings.secret)), shelves


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
    return open_matcher(replace(settings, store=MEMORY))


def load_encoder(settings: Settings) -> Encoder:
    """The model of the settings; without a precision, that of the store, and for a new store the fastest one."""
    from matcher.sentence_encoder import SentenceEncoder  # seconds of import, which `--help` need not pay

    known = stored_fingerprint(settings.store) or ""
    stored = next((precision for precision in PRECISIONS if f"@{precision} " in known), None)
    return SentenceEncoder.load(settings.model, settings.precision or stored)


def open_index(path: Path, vocabulary: Vocabulary, encoder: Encoder) -> EmbeddedIndex:
    """The embedded index at a path, refused when another model, vocabulary or rule filled it."""
    return EmbeddedIndex.open(path, fingerprint(encoder, vocabulary), encoder.dimension, f"clinmatch rebuild --store {path}", BriefSheet)
