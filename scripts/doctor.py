"""Checks of everything a match depends on, one line each."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from index.shelf import Shelves
from matcher.encoder import Encoder
from matcher.matcher import Matcher
from matcher.reading import Reader
from matcher.upload import UploadReader
from matcher.vocabulary import load
from service.compose import load_encoder, open_index
from service.health import checked
from service.secret import Secret
from service.settings import Settings


def doctor(settings: Settings) -> bool:
    """Print what is well and what is not; True when all is well."""
    parts = Apart(settings)
    try:
        found = checked(parts)
    finally:
        parts.close()
    for check in found:
        print(f"{'ok   ' if check.well else 'wrong'} {check.name}: {check.told}")
    return all(check.well for check in found)


class Apart:
    """The parts of an installation, opened for the time of the checks and never made (see health.Parts)."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def vocabulary(self) -> None:
        """None is in use."""

    def encoder(self) -> Encoder:
        """The model of the settings."""
        return self._encoder

    def matcher(self) -> Matcher | None:
        """The matcher over the store, where there is one."""
        return self._matcher if self.settings.store.exists() else None

    def uploads(self) -> UploadReader:
        """A reader of its own."""
        return self._uploads

    def shelves(self) -> Shelves | None:
        """The file beside the store, where there is one."""
        return self._shelves if self.settings.shelves.exists() else None

    def secret(self) -> Secret | None:
        """The secret beside the store, where there is one."""
        return Secret.load(self.settings.secret) if self.settings.secret.exists() else None

    def close(self) -> None:
        """Release what was opened."""
        for name in ("_matcher", "_uploads", "_shelves"):
            if name in self.__dict__:
                self.__dict__[name].close()

    @cached_property
    def _encoder(self) -> Encoder:
        return load_encoder(self.settings)

    @cached_property
    def _matcher(self) -> Matcher:
        vocabulary = load()
        return Matcher(vocabulary, Reader(vocabulary, date.today()), self._encoder, open_index(self.settings.store, vocabulary, self._encoder))

    @cached_property
    def _uploads(self) -> UploadReader:
        return UploadReader(workers=1)

    @cached_property
    def _shelves(self) -> Shelves:
        return Shelves.open(self.settings.shelves)
