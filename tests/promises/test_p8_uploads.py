"""P8: no file kills, stalls or swells the process that takes it; each ends as a text within the limits or as a refusal that names its reason."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from matcher.matcher import batches
from matcher.upload import LIMITS, InvalidUpload, Upload, UploadReader
from scripts.hostile_files import WORDS, hostile_files, pdf

GROWTH = 50 << 20  # bytes
ABREAST = 2  # files at a time
REAL = Path(__file__).parents[2] / ".." / "shared" / "data" / "resume_files"


@pytest.fixture(scope="module")
def reader() -> Iterator[UploadReader]:
    with UploadReader(workers=ABREAST) as reader:
        yield reader


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def _outcome(reader: UploadReader, data: bytes) -> Upload | InvalidUpload:
    try:
        return reader.read(data)
    except InvalidUpload as refusal:
        return refusal


def _check(name: str, outcome: Upload | InvalidUpload) -> None:
    if isinstance(outcome, Upload):
        assert 0 < len(outcome.text) <= LIMITS["characters"], name
        assert not {"\0", "\f", "\r"} & set(outcome.text), name
        assert "root:" not in outcome.text, name
        outcome.text.encode()
    else:
        assert 5 < len(outcome.reason) < 300, name
        assert outcome.reason.isprintable(), name


@pytest.mark.alone
def test_no_hostile_file_kills_stalls_or_swells_its_reader(reader: UploadReader) -> None:
    def tried(file: tuple[str, bytes]) -> str:
        name, data = file
        reader.wait()
        before, started = _resident(), time.monotonic()
        _check(name, _outcome(reader, data))
        assert time.monotonic() - started <= LIMITS["wall_seconds"] + 0.5, name
        assert _resident() - before <= GROWTH, name
        return name

    with ThreadPoolExecutor(ABREAST) as pool:
        names = [name for few in batches(hostile_files(), ABREAST) for name in pool.map(tried, few)]
    assert len(names) == len(set(names)) >= 100
    assert reader.read(pdf()).text == WORDS.decode()


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resumes are not at {REAL}")
def test_every_tenth_real_resume_reads_well_and_hides_next_to_nothing(reader: UploadReader) -> None:
    from scripts.uploads import fault

    paths = sorted(REAL.rglob("*.pdf"))[::10] + sorted(REAL.rglob("*.docx"))[::10]
    uploads = {path.name: reader.read(path.read_bytes()) for path in paths}
    assert {name: fault(upload.text) for name, upload in uploads.items() if fault(upload.text)} == {}
    assert {name: upload.hidden for name, upload in uploads.items() if sum(one.characters for one in upload.hidden) > 1} == {}
