"""Uploads -> text, each in a child process of its own; the next child is started before it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from threading import BoundedSemaphore, Lock
from types import TracebackType
from typing import Literal

import msgspec

from matcher.upload.invalid import InvalidUpload, NoTextLayer, UnreadableFile, UnsupportedFormat, too_many
from matcher.upload.limits import LIMITS
from matcher.upload.plain import read_plain
from matcher.upload.process import Process
from matcher.upload.sniffing import sniffed
from matcher.upload.upload import DOCX, OPENING, PDF, Hidden, Upload

LONGEST = 500  # characters of a reason
REFUSALS: Mapping[str, type[InvalidUpload]] = {one.__name__: one for one in (UnsupportedFormat, UnreadableFile, NoTextLayer)}
Reason = Literal["white", "tiny", "off_page", "invisible", "vanish"]


class _Ready(msgspec.Struct, forbid_unknown_fields=True):
    network: Literal["namespace", "open"]


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    text: str = ""
    media_type: str = ""
    pages: int | None = None
    hidden: tuple[tuple[Reason, int, str], ...] = ()
    error: Literal["", "UnsupportedFormat", "UnreadableFile", "NoTextLayer"] = ""
    name: str = ""
    reason: str = ""


class UploadReader:
    """Reads files, at most `workers` at a time; thread-safe. Close it, or use it as a context, so that no child stays.

    `network` says after the first PDF or DOCX how children are kept from the network: `namespace`, or `open` where the kernel allows none.
    """

    def __init__(self, workers: int = 2) -> None:
        if workers < 1:
            raise ValueError(f"workers is {workers}, must be at least 1")
        self.network: str | None = None
        self._slots = BoundedSemaphore(workers)
        self._lock = Lock()
        self._spare: list[Process] = []
        self._busy: set[Process] = set()
        self._closed = False
        self._restock()

    def __enter__(self) -> UploadReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def read(self, data: bytes, media_type: str | None = None) -> Upload:
        """The text of a file; `media_type` is what the sender calls it, and decides nothing. Blocks; raises InvalidUpload."""
        if self._closed:
            raise RuntimeError("the reader of uploads is closed")
        if not data:
            raise UnreadableFile("file", "is empty: 0 bytes")
        if len(data) > LIMITS["bytes"]:
            raise too_many("bytes", len(data), "bytes")
        kind = sniffed(data)
        if kind == "text":
            return read_plain(data)
        with self._slots:
            return self._read_apart(kind, data)

    def wait(self) -> None:
        """Until the next child is ready, so that what follows is not slowed by its start."""
        with self._lock:
            spare = self._spare[-1:]
        for process in spare:
            process.wait_ready()

    def close(self) -> None:
        """End every child, those at work too: their files are then refused."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, []
            for process in self._busy:
                process.kill()
        for process in spare:
            process.end()

    def _read_apart(self, kind: str, data: bytes) -> Upload:
        process = self._take()
        try:
            ready, answer = process.ask(kind, data)
        finally:
            with self._lock:
                self._busy.discard(process)
            process.end()
            self._restock()
        return self._told(ready, answer)

    def _take(self) -> Process:
        """A child that waits, or a new one where none does."""
        while True:
            with self._lock:
                process = self._spare.pop() if self._spare else Process()
                if process.alive:
                    self._busy.add(process)
                    return process
            process.end()

    def _restock(self) -> None:
        """Start the next child; where the machine has none to give now, the next file starts its own."""
        with self._lock, suppress(OSError):
            if not self._closed:
                self._spare.append(Process())

    def _told(self, ready: bytes, answer: bytes) -> Upload:
        """What a child said, checked as anything that comes from outside; raises the refusal it names."""
        try:
            self.network = msgspec.json.decode(ready, type=_Ready).network
            told = msgspec.json.decode(answer, type=_Answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UnreadableFile("file", "is damaged: its reader gave no proper answer; save it anew as PDF or DOCX") from error
        if told.error:
            raise REFUSALS[told.error](told.name[:LONGEST], told.reason[:LONGEST])
        if told.media_type not in (PDF, DOCX) or not 0 < len(told.text) <= LIMITS["characters"]:
            raise UnreadableFile("file", f"makes its reader answer with {len(told.text):,} characters, at most {LIMITS['characters']:,} are taken")
        return Upload(told.text, told.media_type, told.pages, tuple(Hidden(reason, count, words[:OPENING]) for reason, count, words in told.hidden[:10]))
