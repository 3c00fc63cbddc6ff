"""The records of a file put into collections when it is opened, by several processes where there are many records."""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import cycle, islice

from index.collection import Collection
from index.record import IndexProblem, Outline
from index.scoring import Sheet
from index.store import Store

PART = 50_000  # changes whose records are read in one go
EACH = 2  # parts at least for each process; a process takes half a second to start
BATCH = 4_096  # records put into a collection together
Group = tuple[str, str]  # tenant and kind
Collections = dict[Group, Collection]


def load(store: Store, sheet: Callable[[], Sheet], last: int) -> Collections:
    """The records that were written up to the change with the number `last`; raises StoreInvalid for a damaged one.

    Those written while this runs may be there or not.
    """
    parts = [(first, min(first + PART, last)) for first in range(0, last, PART)]
    processes = min(os.cpu_count() or 1, len(parts) // EACH)
    found: Collections = {}
    with _uncollected(), _checked(store):
        for part in _elsewhere(processes, store, sheet, parts) if processes > 1 else map(partial(_read, store, sheet), parts):
            for group, collection in part.items():
                if group in found:
                    found[group].join(collection)
                else:
                    found[group] = collection
    return found


@contextmanager
def _checked(store: Store) -> Iterator[None]:
    """Check the store meanwhile; what that finds explains what else fails."""
    with ThreadPoolExecutor(1) as pool:
        verdict = pool.submit(store.check)
        try:
            yield
        finally:
            verdict.result()


def _read(store: Store, sheet: Callable[[], Sheet], part: tuple[int, int]) -> Collections:
    outlines, found = store.outlines(*part), Collections()
    while batch := list(islice(outlines, BATCH)):
        groups: dict[Group, list[Outline]] = defaultdict(list)
        for outline in batch:
            groups[outline.key.tenant, outline.key.kind].append(outline)
        for group, listed in groups.items():
            found.setdefault(group, Collection(store.dimension, sheet)).put(listed)
    return found


def _elsewhere(processes: int, store: Store, sheet: Callable[[], Sheet], parts: Sequence[tuple[int, int]]) -> Iterator[Collections]:
    """As `_read` for each part, read by so many processes at a time."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with ExitStack() as stack:
        children = []
        for number in range(processes):
            task = pickle.dumps((store.path, store.dimension, sheet, parts[number::processes]))
            command = [sys.executable, "-P", "-m", "index.loading"]  # not what lies in the folder that it is started in
            child = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment))  # noqa: S603
            stack.callback(child.kill)
            assert child.stdin
            assert child.stdout
            with suppress(BrokenPipeError), child.stdin as asked:  # one that has ended says nothing, too
                asked.write(task)
            children.append((child, child.stdout))
        for (child, said), _ in zip(cycle(children), parts, strict=False):
            try:
                answer = pickle.load(said)  # noqa: S301  # from this very program
            except (EOFError, pickle.UnpicklingError):
                child.kill()
                raise IndexProblem(
                    f"{store.path}: the process that read a part of it ended early, with status {child.wait()}; is there memory enough?"
                ) from None
            if isinstance(answer, IndexProblem):
                raise answer
            yield answer


def _serve() -> None:
    """Read the parts that are named on stdin, and write each to stdout."""
    path, dimension, sheet, parts = pickle.load(sys.stdin.buffer)  # noqa: S301  # from this very program
    store = Store.beside(path, dimension)
    try:
        with _uncollected():
            for part in parts:
                pickle.dump(_read(store, sheet, part), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
    except IndexProblem as problem:
        pickle.dump(problem, sys.stdout.buffer)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles of garbage, which goes through all that was made so far time and again; none is made here."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


if __name__ == "__main__":
    _serve()
