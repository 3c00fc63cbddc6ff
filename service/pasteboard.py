"""Texts that people brought to the pages: in memory only, under addresses that cannot be guessed, for some hours."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock

from matcher.corrections import Corrections
from matcher.document import Document
from matcher.matcher import Asked
from matcher.upload import Upload
from service.errors import Refused

KEPT = 4 * 3_600.0  # seconds since the last use
MOST = 200  # texts at a time; the one unused for longest makes room
GONE = "this text is no longer here: it was erased, or four hours have passed, or the service was started anew. Paste it again."


@dataclass
class Pasted:
    """A text on the pasteboard. `document` is as it was brought, `asked` as it was corrected and read.

    `opened`: it is a stored document that somebody looks at, not theirs to erase. `copy`: the id that a copy in the store has or
    would have; `is_kept`: there is one. `said`: what was done last, to be told once. Change it while `Pasteboard.holding` it.
    """

    id: str
    tenant: str
    document: Document
    asked: Asked
    copy: str
    upload: Upload | None = None
    opened: bool = False
    is_kept: bool = False
    corrections: Corrections = field(default_factory=Corrections)
    said: str = ""
    lock: RLock = field(default_factory=RLock, repr=False)
    _found: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, id: str) -> int:
        """The number that stands for a found document in addresses and, where names are hidden, in its place: from 1 on as they were found."""
        with self.lock:
            if id not in self._numbers:
                self._found.append(id)
                self._numbers[id] = len(self._found)
            return self._numbers[id]

    def found(self, number: int) -> str:
        """The id under a number; raises Refused for one that was never found."""
        with self.lock:
            if not 0 < number <= len(self._found):
                raise Refused(404, "unknown-document", f"nothing was found under the number {number} for this text")
            return self._found[number - 1]


class Pasteboard:
    """The texts of all people at the pages. Nothing of it is ever written to a disk by us."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._held: OrderedDict[str, tuple[float, Pasted]] = OrderedDict()

    def add(self, tenant: str, document: Document, asked: Asked, upload: Upload | None = None, opened: bool = False) -> Pasted:
        """Take a text."""
        pasted = Pasted(secrets.token_urlsafe(16), tenant, document, asked, f"{document.kind}-{secrets.token_hex(8)}", upload, opened)
        with self._lock:
            self._expire()
            self._held[pasted.id] = self._clock(), pasted
            while len(self._held) > MOST:
                self._held.popitem(last=False)
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

    @contextmanager
    def holding(self, tenant: str, id: str) -> Iterator[Pasted]:
        """The text under an id, while nobody else changes it; raises Refused as `get` does, also where it was erased while one waited."""
        with self.get(tenant, id).lock:
            yield self.get(tenant, id)

    def erase(self, pasted: Pasted) -> None:
        """Forget a text."""
        with self._lock:
            self._held.pop(pasted.id, None)

    def __len__(self) -> int:
        with self._lock:
            self._expire()
            return len(self._held)

    def _expire(self) -> None:
        now = self._clock()
        while self._held and now - next(iter(self._held.values()))[0] > KEPT:
            self._held.popitem(last=False)
