"""The reader and its children: isolation, limits, many callers, and what a hostile child can do."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from matcher.upload import LIMITS, UnreadableFile, UploadReader
from matcher.upload.process import MOST, Process
from scripts.hostile_files import WORDS, docx, pdf, stream
from tests.matcher.upload.conftest import VISIBLE, written
from tests.matcher.upload.conftest import pdf as drawn

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parents[3]
PARENT = """
import sys; sys.path[:0] = sys.argv[1:2]
from matcher.upload import UploadReader
with UploadReader() as reader:
    print(reader.read(open(sys.argv[2], "rb").read()).text)
    print(sorted({"pypdfium2", "pypdf", "lxml", "charset_normalizer"} & {name.partition(".")[0] for name in sys.modules}))
"""


def test_a_parent_loads_no_parser_and_needs_no_path(tmp_path: Path) -> None:
    file = tmp_path / "cv.pdf"
    file.write_bytes(pdf())
    told = subprocess.run([sys.executable, "-I", "-c", PARENT, str(ROOT), str(file)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout == f"{WORDS.decode()}\n[]\n"


def test_a_child_has_its_limits_and_leaves_the_network_where_the_kernel_allows(uploads: UploadReader) -> None:
    uploads.read(docx())
    uploads.wait()
    (child,) = uploads._spare[-1:]
    limits = Path(f"/proc/{child._process.pid}/limits").read_text(encoding="utf-8")
    told = {line[:25].strip(): line[26:46].strip() for line in limits.splitlines()[1:]}
    assert {name: told[name] for name in ("Max address space", "Max cpu time", "Max open files", "Max file size", "Max core file size")} == {
        "Max address space": str(LIMITS["memory_bytes"]),
        "Max cpu time": str(LIMITS["cpu_seconds"]),
        "Max open files": "32",
        "Max file size": "0",
        "Max core file size": "0",
    }
    assert uploads.network in ("namespace", "open")
    own, theirs = (os.readlink(f"/proc/{process}/ns/net") for process in ("self", child._process.pid))
    assert (own != theirs) == (uploads.network == "namespace")
    assert b"PATH=" not in Path(f"/proc/{child._process.pid}/environ").read_bytes()


def test_many_callers_get_each_their_own_answer(uploads: UploadReader) -> None:
    files = [pdf({4: stream(b"BT /F1 12 Tf 72 720 Td (Therapist number %d) Tj ET" % number)}) for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        assert [upload.text for upload in pool.map(uploads.read, files)] == [f"Therapist number {number}" for number in range(12)]


def _slow() -> bytes:
    """Paths enough for a minute of rendering."""
    return drawn(lambda canvas: (written(VISIBLE)(canvas), canvas._code.append("0 0 m 600 700 l 3 9 l f " * 3_000_000)), pageCompression=1)


def test_a_file_that_takes_too_long_is_refused_and_its_child_is_gone(uploads: UploadReader) -> None:
    data, started = _slow(), time.monotonic()
    with pytest.raises(UnreadableFile, match=r"(cpu|wall)_seconds: takes more than (8|10) seconds") as caught:
        uploads.read(data)
    assert time.monotonic() - started < LIMITS["wall_seconds"] + 1
    assert caught.value.name in LIMITS
    assert uploads.read(pdf()).text == WORDS.decode()


@pytest.mark.parametrize("signal", [9, 11, 6])
def test_a_child_that_dies_refuses_its_file_and_no_other(signal: int) -> None:
    with UploadReader(workers=1) as reader:
        reader.wait()
        file, pid = _slow(), reader._spare[0]._process.pid
        threading.Timer(0.3, os.kill, (pid, signal)).start()
        with pytest.raises(UnreadableFile, match="cpu_seconds: takes more than 8" if signal == 9 else "file: is damaged: its reader ended with SIG"):
            reader.read(file)
        assert reader.read(pdf()).text == WORDS.decode()


def test_a_spare_child_that_died_is_replaced() -> None:
    with UploadReader(workers=1) as reader:
        reader._spare[0].kill()
        reader._spare[0]._process.wait()
        assert reader.read(pdf()).text == WORDS.decode()


def _child(code: str, monkeypatch: pytest.MonkeyPatch) -> Process:
    monkeypatch.setattr("matcher.upload.process.BEGIN", code)
    return Process()


def test_a_child_that_floods_its_parent_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    child = _child("import sys\nwhile True: sys.stdout.write('x' * 65536)", monkeypatch)
    with pytest.raises(UnreadableFile, match=f"^file: makes its reader answer with more than {MOST:,} bytes"):
        child.ask("pdf", b"%PDF-")
    child.end()


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        "[" * 100_000,
        '{"text": "a", "media_type": "x"}',
        '{"text": 7}',
        '{"error": "OSError"}',
        '{"text": "' + "a" * 30_000 + '", "media_type": "text/plain"}',
    ],
    ids=["nothing", "an empty object", "brackets", "another type", "a number", "another error", "a long text of another type"],
)
def test_what_a_child_says_is_not_believed(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = f'import sys\nsys.stdin.buffer.read()\nprint(\'{{"network": "open"}}\')\nprint({answer!r})'
    monkeypatch.setattr("matcher.upload.process.BEGIN", code)
    with UploadReader(workers=1) as reader, pytest.raises(UnreadableFile, match=r"^file: "):
        reader.read(pdf())


def test_a_closed_reader_reads_no_more_and_leaves_no_child() -> None:
    reader = UploadReader()
    child = reader._spare[0]
    reader.close()
    reader.close()
    assert not child.alive
    with pytest.raises(RuntimeError, match="is closed"):
        reader.read(pdf())


def test_the_number_of_workers_is_checked() -> None:
    with pytest.raises(ValueError, match="workers is 0, must be at least 1"):
        UploadReader(workers=0)
