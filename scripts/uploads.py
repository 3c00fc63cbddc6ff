"""Files read as uploads: those of the command line, and every file of a folder with how well it reads and how long it takes."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from matcher.sources import Open
from matcher.upload import InvalidUpload, Upload, UploadReader
from scripts.progress import progress

FEWEST = 50  # words of a text that reads well
LONGEST = 25  # letters of a word; longer ones have run together
RUN_TOGETHER, TORN = 0.02, 0.2  # shares of words that are too long, or single letters, at most


@dataclass(frozen=True)
class Outcome:
    """How one file was read: `fault` is empty where it reads well; seconds with the hand-over to a child that waits."""

    file: str
    fault: str
    seconds: float
    pages: int | None = None
    words: int = 0
    hidden: tuple[str, ...] = ()


@contextmanager
def opened_uploads() -> Iterator[Open]:
    """A way to read files by one reader, started with the first of them; tells on standard error what was hidden."""
    with ExitStack() as stack:
        readers: list[UploadReader] = []

        def read(path: Path) -> Upload:
            if not readers:
                readers.append(stack.enter_context(UploadReader(workers=1)))
            upload = readers[0].read(path.read_bytes())
            for line in told_hidden(path.name, upload):
                print(line, file=sys.stderr)
            return upload

        yield read


def told_hidden(name: str, upload: Upload) -> list[str]:
    """What was left out of a file, a line for each reason."""
    return [f"{name}: hidden text left out ({one.reason}): {one.characters:,} characters, beginning {one.words!r}" for one in upload.hidden]


def print_uploads(folder: Path, as_json: bool = False) -> int:
    """Read every file below a folder and print how many read well, why the others do not, and the times; gives the number of the others."""
    outcomes = read_folder(folder)
    faults = [one for one in outcomes if one.fault]
    print(json.dumps({**_figures(outcomes), "outcomes": [asdict(one) for one in outcomes]}) if as_json else _told(outcomes))
    return len(faults)


def read_folder(folder: Path) -> list[Outcome]:
    """The outcome of every file below a folder, in the order of their names. Raises FileNotFoundError where there is none."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if not paths:
        raise FileNotFoundError(f"{folder}: holds no file")
    outcomes = []
    with UploadReader(workers=1) as reader, progress(len(paths), "uploads") as advance:
        for path in paths:
            reader.wait()
            outcomes.append(_outcome(reader, path))
            advance(1)
    return outcomes


def _outcome(reader: UploadReader, path: Path) -> Outcome:
    data = path.read_bytes()
    started = time.perf_counter()
    try:
        upload = reader.read(data)
    except InvalidUpload as error:
        return Outcome(path.name, f"{type(error).__name__}: {error}", time.perf_counter() - started)
    seconds = time.perf_counter() - started
    hidden = tuple(f"{one.reason}: {one.characters}" for one in upload.hidden)
    return Outcome(path.name, fault(upload.text), seconds, upload.pages, len(upload.text.split()), hidden)


def fault(text: str) -> str:
    """Why a text does not read well; empty where it does."""
    words = re.findall(r"[^\W\d_]+", text)
    if len(words) < FEWEST:
        return f"has {len(words)} words, fewer than {FEWEST}"
    together = sum(len(word) > LONGEST for word in words) / len(words)
    torn = sum(len(word) == 1 and word not in "aAIiCR" for word in words) / len(words)
    if together > RUN_TOGETHER:
        return f"{together:.0%} of its words have run together, at most {RUN_TOGETHER:.0%} may"
    return f"{torn:.0%} of its words are single letters, at most {TORN:.0%} may be" if torn > TORN else ""


def _figures(outcomes: Sequence[Outcome]) -> dict[str, object]:
    seconds = sorted(one.seconds for one in outcomes)
    return {
        "files": len(outcomes),
        "read_well": sum(not one.fault for one in outcomes),
        "with_hidden": sum(bool(one.hidden) for one in outcomes),
        "median_seconds": round(median(seconds), 3),
        "p95_seconds": round(seconds[int(0.95 * (len(seconds) - 1))], 3),
        "slowest_seconds": round(seconds[-1], 3),
    }


def _told(outcomes: Sequence[Outcome]) -> str:
    figures = _figures(outcomes)
    lines = [
        f"{figures['files']} files, {figures['read_well']} read well, {figures['with_hidden']} with hidden text; "
        f"median {figures['median_seconds']} s, p95 {figures['p95_seconds']} s, slowest {figures['slowest_seconds']} s"
    ]
    lines += [f"  {one.file}: {one.fault}" for one in outcomes if one.fault]
    lines += [f"  {one.file}: hidden text left out: {', '.join(one.hidden)}" for one in outcomes if one.hidden]
    return "\n".join(lines)
