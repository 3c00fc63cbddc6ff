"""Texts that people brought to the pages: in memory only, under addresses that cannot be guessed, for some hours."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock

from matcher.corrections import Corrections
from matcher.document import Document
from matcher.matcher import Asked
from matcher.upload import Upload
from service.errors import Refused

KEPT = 4 * 3_600.0  # seconds since the last use
MOST = 200  # texts at a time; the one unused for longest makes room
GONE = "this text is no longer here: it was erased, or four hours have passed, or the service was started anew. Paste it again."
NONE = Corrections()


@dataclass(frozen=True)
class Pasted:
    """A text on the pasteboard. `document` is as it was brought, `asked` as it was corrected and read; `stored`: the id it is stored under.

    `numbers`: id of each document that was found for it -> the number that stands for it in addresses and, where names are hidden, in its place.
    """

    id: str
    tenant: str
    document: Document
    asked: Asked
    corrections: Corrections = NONE
    upload: Upload | None = None
    stored: str | None = None
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, id: str) -> int:
        """The number of a document, from 1 on in the order in which they were found."""
        return self.numbers.setdefault(id, len(self.numbers) + 1)

    def found(self, number: int) -> str:
        """The id under a number; raises Refused for one that was never found."""
        for id, own in self.numbers.items():
            if own == number:
                return id
        raise Refused(404, "unknown-document", f"nothing was found under the number {number} for this text")


class Pasteboard:
    """The texts of all people at the pages. Nothing of it is ever written to a disk by us."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._held: OrderedDict[str, tuple[float, Pasted]] = OrderedDict()

    def add(self, tenant: str, document: Document, asked: Asked, upload: Upload | None = None, stored: str | None = None) -> Pasted:
        """Take a text."""
        pasted = Pasted(secrets.token_urlsafe(16), tenant, document, asked, upload=upload, stored=stored)
        self._put(pasted)
        return pasted

    def get(self, tenant: str, id: str) -> Pasted:
        """The text under an id, which is used with that; raises Refused where it is gone or another tenant's."""
        with self._lock:
            self._expire()
            _, pasted = self._held.get(id, (0.0, None))
            if pasted is None or pasted.tenant != tenant:
                raise Refused(404, "unknown-document", GONE)
            self._held[id] = self._clock(), pasted
            self._held.move_to_end(id)
            return pasted

    def change(self, pasted: Pasted, **fields: object) -> None:
        """Put a text in place of what it was; one that was erased meanwhile stays erased."""
        with self._lock:
            if pasted.id in self._held:
                self._held[pasted.id] = self._clock(), replace(pasted, **fields)  # type: ignore[arg-type]

    def erase(self, pasted: Pasted) -> None:
        """Forget a text."""
        with self._lock:
            self._held.pop(pasted.id, None)

    def __len__(self) -> int:
        with self._lock:
            self._expire()
            return len(self._held)

    def _put(self, pasted: Pasted) -> None:
        with self._lock:
            self._expire()
            self._held[pasted.id] = self._clock(), pasted
            while len(self._held) > MOST:
                self._held.popitem(last=False)

    def _expire(self) -> None:
        now = self._clock()
        while self._held and now - next(iter(self._held.values()))[0] > KEPT:
            self._held.popitem(last=False)
