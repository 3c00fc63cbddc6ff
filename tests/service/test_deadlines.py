"""Slow callers are let go, phase by phase, on real sockets; the deadlines are shortened."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from service import deadlines

pytestmark = pytest.mark.alone

HEADERS, BODY, BULK, ANSWER, KEEP_ALIVE = 0.6, 0.9, 1.6, 0.8, 1
GRACE = 1.0  # seconds after its deadline by which a connection is gone
DRIP = 0.05  # seconds between two bytes of a slow caller
CROWD = (
    (b"GET / HT",) * 40
    + (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\na",) * 40
    + (b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",) * 10
)
LARGE = 24 << 20  # bytes, more than the buffers between the two ends hold
ANSWERED = b"a" * LARGE
HEAD = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the whole body, and answers it; /large answers more than a slow reader takes."""
    assert scope["type"] == "http"
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message.get("body", b""), message.get("more_body", False)
    path = scope["path"]
    answer = ANSWERED if path == "/large" else ANSWERED[: int(path[1:])] if path[1:].isdigit() else body
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(answer))]})
    for start in range(0, max(1, len(answer)), 1 << 16):
        await send({"type": "http.response.body", "body": answer[start : start + (1 << 16)], "more_body": start + (1 << 16) < len(answer)})


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, uvicorn.Server]]:
    """A real server with short deadlines in a thread: its port, and itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deadlines, "HEADER_SECONDS", HEADERS)
        patch.setattr(deadlines, "ANSWER_SECONDS", ANSWER)
        patch.setattr(deadlines, "body_seconds", lambda path: BULK if path == "/bulk" else BODY)
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        config = uvicorn.Config(app, http=deadlines.Deadlines, log_config=None, access_log=False, lifespan="off", timeout_keep_alive=KEEP_ALIVE)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listening.getsockname()[1], server
        server.should_exit = True
        thread.join(10)
        listening.close()


@contextmanager
def connected(port: int, receive_buffer: int | None = None) -> Iterator[socket.socket]:
    with socket.socket() as one:
        if receive_buffer:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        one.connect(("127.0.0.1", port))
        one.settimeout(5)
        yield one


def everything(one: socket.socket) -> bytes:
    """What comes until the other end closes."""
    found = b""
    try:
        while part := one.recv(65_536):
            found += part
    except ConnectionError:
        pass
    return found


def dripped(one: socket.socket, started: float, bytes: Callable[[int], bytes]) -> tuple[float, bytes]:
    """Send a byte at a time until the other end has enough; gives after how long since `started` it had, and what it said."""
    number = 0
    one.settimeout(DRIP)
    while time.monotonic() - started < 5:
        try:
            one.sendall(bytes(number))
            number += 1
            said = one.recv(65_536)
            return time.monotonic() - started, said + everything(one)
        except TimeoutError:
            continue
        except ConnectionError:
            return time.monotonic() - started, b""
    raise AssertionError("the connection was still open after 5 s")


def answered(port: int, body: bytes = b"hello") -> float:
    """Seconds of a plain request, which must be answered."""
    started = time.monotonic()
    with connected(port) as one:
        one.sendall(HEAD % (b"/", len(body)) + body)
        said = one.recv(65_536)
        while not said.endswith(body):
            said += one.recv(65_536)
        assert said.startswith(b"HTTP/1.1 200")
    return time.monotonic() - started


def gone(server: uvicorn.Server, left: int = 0) -> bool:
    until = time.monotonic() + 2
    while len(server.server_state.connections) > left and time.monotonic() < until:
        time.sleep(0.02)
    return len(server.server_state.connections) <= left


def test_one_that_says_nothing_is_let_go(server: tuple[int, uvicorn.Server]) -> None:
    started = time.monotonic()
    with connected(server[0]) as one:
        assert everything(one) == deadlines.TOO_SLOW
    assert HEADERS <= time.monotonic() - started < HEADERS + GRACE


def test_headers_that_come_byte_by_byte_end_at_the_deadline_with_408(server: tuple[int, uvicorn.Server]) -> None:
    started = time.monotonic()
    with connected(server[0]) as one:
        seconds, said = dripped(one, started, lambda number: b"GET / HTTP/1.1\r\nX: "[number : number + 1] or b"x")
    assert said == deadlines.TOO_SLOW
    assert HEADERS <= seconds < HEADERS + GRACE


def test_a_body_that_comes_byte_by_byte_ends_at_its_own_deadline(server: tuple[int, uvicorn.Server]) -> None:
    started = time.monotonic()
    with connected(server[0]) as one:
        one.sendall(HEAD % (b"/", 1000))
        seconds, said = dripped(one, started, lambda number: b"a")
    assert said == deadlines.TOO_SLOW
    assert BODY <= seconds < BODY + GRACE


def test_a_bulk_load_may_take_longer(server: tuple[int, uvicorn.Server]) -> None:
    started = time.monotonic()
    with connected(server[0]) as one:
        one.sendall(HEAD % (b"/bulk", 1000))
        seconds, said = dripped(one, started, lambda number: b"a")
    assert said == deadlines.TOO_SLOW
    assert BULK <= seconds < BULK + GRACE


def test_headers_and_body_that_come_slowly_but_in_time_are_answered(server: tuple[int, uvicorn.Server]) -> None:
    request = HEAD % (b"/", 8) + b"slowly!!"
    with connected(server[0]) as one:
        for number in range(0, len(request), 10):
            one.sendall(request[number : number + 10])
            time.sleep(DRIP)
        assert one.recv(65_536).startswith(b"HTTP/1.1 200")


def test_a_connection_that_is_kept_without_a_request_is_let_go(server: tuple[int, uvicorn.Server]) -> None:
    with connected(server[0]) as one:
        started = time.monotonic()
        one.sendall(HEAD % (b"/", 2) + b"hi")
        assert everything(one).endswith(b"hi")
    assert KEEP_ALIVE <= time.monotonic() - started < KEEP_ALIVE + GRACE


def test_the_second_request_of_a_connection_has_its_deadline_too(server: tuple[int, uvicorn.Server]) -> None:
    with connected(server[0]) as one:
        one.sendall(HEAD % (b"/", 2) + b"hi")
        assert one.recv(65_536)
        time.sleep(KEEP_ALIVE / 2)
        started = time.monotonic()
        seconds, said = dripped(one, started, lambda number: b"GET / HTTP/1.1\r\nX: "[number : number + 1] or b"x")
    assert said.endswith(deadlines.TOO_SLOW)
    assert HEADERS <= seconds < HEADERS + GRACE


def test_requests_one_after_another_on_a_connection_are_all_answered_beyond_every_deadline(server: tuple[int, uvicorn.Server]) -> None:
    with connected(server[0]) as one:
        for _ in range(12):
            one.sendall(HEAD % (b"/", 2) + b"hi")
            said = b""
            while not said.endswith(b"hi"):
                said += one.recv(65_536)
            time.sleep(0.2)


def test_one_that_does_not_read_its_answer_is_let_go(server: tuple[int, uvicorn.Server]) -> None:
    port, serving = server
    assert gone(serving)
    with connected(port, receive_buffer=4096) as one:
        started = time.monotonic()
        one.sendall(HEAD % (b"/large", 0))
        one.recv(10)
        assert gone(serving)
        assert ANSWER <= time.monotonic() - started < ANSWER + GRACE


def test_one_that_leaves_the_rest_of_an_answer_unread_is_let_go_however_small_the_rest(server: tuple[int, uvicorn.Server]) -> None:
    port, serving = server
    assert gone(serving)
    with ExitStack() as readers:
        started = time.monotonic()
        for size in range(1 << 16, 3 << 20, 48 << 10):  # some of which end in the server's own buffer, and there alone
            readers.enter_context(connected(port, receive_buffer=4096)).sendall(HEAD % (b"/%d" % size, 0))
        time.sleep(max(ANSWER, KEEP_ALIVE))
        assert gone(serving)
        assert time.monotonic() - started < ANSWER + KEEP_ALIVE + GRACE


def test_an_answer_that_is_read_steadily_is_given_whole_however_large(server: tuple[int, uvicorn.Server]) -> None:
    with connected(server[0]) as one:
        one.sendall(HEAD % (b"/large", 0))
        count, started = 0, time.monotonic()
        while count < LARGE:
            count += len(one.recv(1 << 18))
            time.sleep(0.012)
        assert time.monotonic() - started > ANSWER


def test_a_crowd_of_slow_callers_is_let_go_and_others_are_answered_meanwhile(server: tuple[int, uvicorn.Server]) -> None:
    port, serving = server
    assert gone(serving)
    with ExitStack() as crowd:
        started = time.monotonic()
        for said in CROWD:
            crowd.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(said)
        assert max(answered(port) for _ in range(20)) < GRACE
        assert gone(serving)
        assert time.monotonic() - started < max(HEADERS, BODY, ANSWER) + GRACE
