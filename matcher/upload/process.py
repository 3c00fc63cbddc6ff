"""A child process as its parent sees it: started, handed one file, heard within a time and a size, ended."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from matcher.upload.invalid import UnreadableFile
from matcher.upload.limits import LIMITS

LIBRARIES = ("lxml", "pypdf", "pypdfium2", "pypdfium2_raw", "msgspec")
MOST = 2 << 20  # bytes of an answer: 200,000 characters of four bytes are 0.8 MB
CHUNK = 1 << 16
BEGIN = "import sys; sys.path[:0] = sys.argv[1:]; from matcher.upload.child import main; main()"


class Process:
    """A child that waits for one file; not thread-safe."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            [sys.executable, "-I", "-S", "-B", "-c", BEGIN, *_paths()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
            cwd="/",
        )

    @property
    def alive(self) -> bool:
        """Whether it can still be handed a file."""
        return self._process.poll() is None

    def wait_ready(self) -> None:
        """Until it has said that it waits, or has ended; at most the wall limit."""
        assert self._process.stdout is not None
        select.select([self._process.stdout], [], [], LIMITS["wall_seconds"])

    def ask(self, kind: str, data: bytes) -> tuple[bytes, bytes]:
        """Its two lines: how it is confined, and the answer. Raises UnreadableFile where it takes too long, says too much, or dies."""
        deadline = time.monotonic() + LIMITS["wall_seconds"]
        said = self._exchange(kind.encode() + b"\n" + data, deadline)
        self._await(deadline)
        ready, _, answer = said.partition(b"\n")
        if not answer.endswith(b"\n"):
            raise self._died()
        return ready, answer

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()

    def end(self) -> None:
        """Kill it and forget it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                continue

    def _exchange(self, data: bytes, deadline: float) -> bytes:
        """Write all and read all at the same time, so that neither side waits for the other."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        into, out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(into, False)
        poll = select.poll()
        poll.register(into, select.POLLOUT)
        poll.register(out, select.POLLIN)
        left, said = memoryview(data), bytearray()
        while len(said) <= MOST:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise _late("wall_seconds")
            for file, _ in poll.poll(1000 * remaining):
                if file == into:
                    left = left[_written(into, left) :]
                    if not left:
                        poll.unregister(into)
                        self._process.stdin.close()
                elif not (chunk := os.read(out, CHUNK)):
                    return bytes(said)
                else:
                    said += chunk
        raise UnreadableFile("file", f"makes its reader answer with more than {MOST:,} bytes, at most {MOST:,} are taken")

    def _await(self, deadline: float) -> None:
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            raise _late("wall_seconds") from error

    def _died(self) -> UnreadableFile:
        status = self._process.returncode
        if status in (-signal.SIGXCPU, -signal.SIGKILL):
            return _late("cpu_seconds")
        name = signal.Signals(-status).name if status and -status in set(signal.Signals) else f"status {status}"
        return UnreadableFile("file", f"is damaged: its reader ended with {name}; save it anew as PDF or DOCX")


def _written(file: int, data: memoryview) -> int:
    """How many bytes the pipe took; all of them where nobody reads it any more."""
    try:
        return os.write(file, data[:CHUNK])
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return len(data)


def _late(limit: str) -> UnreadableFile:
    unit = "seconds of processor time" if limit == "cpu_seconds" else "seconds"
    return UnreadableFile(limit, f"takes more than {LIMITS[limit]} {unit} to read, at most {LIMITS[limit]} are given")


def _paths() -> list[str]:
    """The folders of this package and of the parsing libraries, which are found here and loaded only there."""
    root = Path(__file__).resolve().parents[2]
    specs = [spec for name in LIBRARIES if (spec := find_spec(name)) and spec.origin]
    return list(dict.fromkeys([str(root), *(str(Path(str(spec.origin)).resolve().parents[1]) for spec in specs)]))
