"""Files into the store, with progress, and a report of what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from matcher.document import Document, Kind
from matcher.matcher import Matcher, batches
from matcher.sources import UPLOADS, Open, Refusal, read_file
from scripts.progress import progress


@dataclass(frozen=True)
class Report:
    """How many documents were taken, and every line that was not."""

    taken: int
    refusals: tuple[Refusal, ...]


def ingest(
    matcher: Matcher, files: Iterable[Path], kind: Kind | None = None, mapping: Mapping[str, str] | None = None, open_upload: Open | None = None
) -> Report:
    """Store the documents of the files, a batch at a time; what is reported taken is on disk. `mapping` and `open_upload`: see `read_file`."""
    paths = list(files)
    read = [read_file(path, kind, mapping, open_upload) for path in paths]
    taken, refusals = 0, list[Refusal]()
    with progress(sum(map(_lines, paths)), "ingest") as advance:
        for batch in batches(chain.from_iterable(read)):
            documents = [one for one in batch if isinstance(one, Document)]
            refusals += [one for one in batch if isinstance(one, Refusal)]
            if documents:
                matcher.put(documents)
            taken += len(documents)
            advance(len(batch))
    return Report(taken, tuple(refusals))


def _lines(path: Path) -> int:
    if path.suffix.lower() in (".txt", *UPLOADS):
        return 1
    with path.open("rb") as lines:
        return sum(1 for _ in lines)
