"""Progress of long work, with rate and time left, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def progress(total: int | None, name: str, unit: str = "doc") -> Iterator[Callable[[int], object]]:
    """A bar of `total` steps; call what it yields with the number of steps done."""
    with tqdm(total=total, desc=name, unit=unit, file=sys.stderr, mininterval=0.5, delay=0.5) as bar:
        yield bar.update
