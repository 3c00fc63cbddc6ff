"""Slow callers are let go: headers, body and the reading of an answer each have their time (uvicorn itself has none of these)."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.limits import ANSWER_SECONDS, HEADER_SECONDS, body_seconds

TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Deadlines(H11Protocol):
    """Closes a connection that keeps the server waiting, however little it sends at a time."""

    _timer: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None
    _phase: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for headers."""
        super().connection_made(transport)
        self._expect("headers", HEADER_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Take what came, and see what is still to come."""
        if self._reading is not None and not self.transport.get_write_buffer_size():
            self._is_read()
        if self._phase is None and self.conn.their_state is h11.IDLE:
            self._expect("headers", HEADER_SECONDS)
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            self._expect("body", body_seconds(unquote(self.scope["path"]) if self.scope else ""))
        elif state is not h11.IDLE:
            self._expect(None, 0)

    def on_response_complete(self) -> None:
        """Wait for the next request, which uvicorn's own timer limits until it begins."""
        super().on_response_complete()
        if self.conn.their_state is h11.IDLE:
            self._expect(None, 0)
        self._await_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was awaited."""
        self._expect(None, 0)
        super().resume_writing()
        self._is_read()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The caller reads more slowly than it is answered."""
        super().pause_writing()
        self._await_reading()

    def resume_writing(self) -> None:
        """The caller has read what there was, but for a rest; that of a whole answer keeps its time."""
        super().resume_writing()
        if self.cycle is not None and not self.cycle.response_complete:
            self._is_read()

    def _await_reading(self) -> None:
        """Wait for what was written to be read, which closing a connection would wait for without end."""
        if self._reading is None and self.transport.get_write_buffer_size():
            self._reading = self.loop.call_later(ANSWER_SECONDS, self._unread)

    def _is_read(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _unread(self) -> None:
        self._reading = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _expect(self, phase: str | None, seconds: float) -> None:
        """Wait for a phase to end; a phase that goes on keeps its time."""
        if phase is not None and phase == self._phase:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._phase = phase
        self._timer = self.loop.call_later(seconds, self._too_slow) if phase else None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                self.transport.write(TOO_SLOW)
            self.transport.close()
            self._await_reading()
