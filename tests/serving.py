"""A real server on a free port: a process, or a thread of the test over an app of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import httpx
import uvicorn
from fastapi import FastAPI

from service.logs import quieten
from service.main import HTTP

READY_SECONDS = 60
STOP_SECONDS = 20


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def clinmatch(*arguments: str | Path) -> list[str]:
    """The command line that runs the program with this interpreter."""
    return [sys.executable, "-m", "scripts.cli", *map(str, arguments)]


@contextmanager
def serving(store: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process of `clinmatch serve` over a store, and its address; it is ready, and it is gone at the end."""
    port = free_port()
    command = clinmatch("serve", "--store", store, "--port", str(port), *options)
    with (store.parent / "serve.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, text=True, cwd=Path(__file__).parents[1], env=dict(os.environ))
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(process, address)
        yield process, address
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address of an app that a thread serves as `clinmatch serve` does."""
    quieten()
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, **HTTP))
    thread = Thread(target=server.run, name="server", daemon=True)
    thread.start()
    try:
        until = time.monotonic() + READY_SECONDS
        while not server.started:
            assert thread.is_alive()
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)
        assert not thread.is_alive()


def _wait(process: subprocess.Popen[str], address: str) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"the server ended with status {process.returncode}"
        try:
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the server was not ready after {READY_SECONDS} s")
