"""What comes over the wire that is no HTTP, or comes and goes too slowly: never a traceback, never a dead process."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from service.limits import MAX_HEADERS
from tests.serving import serving

HEAD = b"POST /v1/match HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
GET = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "no HTTP": b"hello\r\n\r\n",
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9": b"GET / HTTP/9.9\r\n\r\n",
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a line without end": b"GET /" + b"a" * (MAX_HEADERS + 10_000),
    "a header without end": GET + b"X: " + b"a" * (MAX_HEADERS + 10_000),
    "many headers": GET + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 100) for n in range(1_000)) + b"\r\n",
    "headers just too large": GET + b"X: " + b"a" * (MAX_HEADERS - 20) + b"\r\n\r\n",
    "a header without a colon": GET + b"nonsense\r\n\r\n",
    "a NUL in a header": GET + b"X: a\0b\r\n\r\n",
    "a folded header": GET + b"X: a\r\n b\r\n\r\n",
    "letters beyond ASCII in a header": GET + "X: ä\r\nÄ: x\r\n\r\n".encode(),
    "a space before the colon": HEAD + b"Content-Length : 5\r\n\r\nhello",
    "a length that is none": HEAD + b"Content-Length: many\r\n\r\n{}",
    "a negative length": HEAD + b"Content-Length: -5\r\n\r\n{}",
    "a length of too many digits": HEAD + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n{}",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length and chunks": HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a body shorter than declared": HEAD + b"Content-Length: 1000\r\n\r\n{}",
    "a body longer than declared": HEAD + b"Content-Length: 2\r\n\r\n{}nonsense\r\n\r\n",
    "a chunk without a size": CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    "a chunk of a size too great": CHUNKED + b"f" * 30 + b"\r\n{}\r\n",
    "a negative chunk": CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than its size": CHUNKED + b"2\r\n{}nonsense\r\n0\r\n\r\n",
    "a chunk that is cut off": CHUNKED + b"ff\r\n{}",
    "a chunk extension without end": CHUNKED + b"2;" + b"a" * (2 * MAX_HEADERS),
    "trailers without end": CHUNKED + b"2\r\n{}\r\n0\r\n" + b"X: a\r\n" * 20_000,
    "another encoding": HEAD + b"Transfer-Encoding: gzip\r\n\r\n{}",
    "an upgrade": GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "an expectation": HEAD + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    "CONNECT": b"CONNECT example.org:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a whole address": b"GET http://example.org/livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a path with a bad escape": b"GET /v1/postings/%zz%ff%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a method that is none": b"MAKE /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a hundred requests at once": (GET + b"\r\n") * 100,
}  # fmt: skip


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)


def _answer(one: socket.socket) -> bytes:
    """All that comes until the server closes."""
    parts = []
    try:
        while part := one.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def _sent(one: socket.socket, data: bytes) -> None:
    try:
        one.sendall(data)
        one.shutdown(socket.SHUT_WR)
    except (BrokenPipeError, ConnectionResetError, OSError):  # it was refused before its end
        pass


def test_whatever_comes_over_the_wire_the_process_lives_and_logs_no_traceback(tmp_path: Path) -> None:
    with serving(tmp_path / "store.db") as (process, address):
        for name, data in MALFORMED.items():
            with _connected(address) as one:
                _sent(one, data)
                told = _answer(one)
            assert not told or told.startswith(b"HTTP/1.1 "), name
            assert b" 500 " not in told, name
            assert process.poll() is None, name
        for _, data in MALFORMED.items():  # the same, and away without listening
            with _connected(address) as one:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                _sent(one, data)
        assert httpx.get(f"{address}/readyz").json()["documents"] == {"postings": 0, "resumes": 0}
    lines = (tmp_path / "serve.log").read_text().splitlines()
    assert [line for line in lines if not line.startswith("{")] == []
    assert [one for one in map(json.loads, lines) if one["level"] not in ("info",)] == []
