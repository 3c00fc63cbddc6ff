"""Fill a store anew from its own documents, after the model, the vocabulary or a rule has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from index.store import every_body, supplant
from matcher.catalog import document_in
from matcher.matcher import batches
from scripts.progress import progress
from service.compose import open_matcher
from service.settings import Settings


def rebuild(settings: Settings) -> int:
    """Read and encode every stored document anew; returns how many. Stop a running service first.

    The new store is written beside the old one and takes its place in one step when it is whole.
    """
    fresh = settings.store.with_name(settings.store.name + ".rebuilding")
    for leftover in (fresh, *_logs(fresh)):
        leftover.unlink(missing_ok=True)
    bodies = list(every_body(settings.store))
    matcher = open_matcher(replace(settings, store=fresh))
    with progress(len(bodies), "rebuilding") as advance:
        for batch in batches(bodies):
            for tenant in sorted({tenant for tenant, _ in batch}):
                matcher.put([document_in(body) for owner, body in batch if owner == tenant], tenant)
            advance(len(batch))
    matcher.close()
    supplant(settings.store, fresh)
    return len(bodies)


def _logs(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in ("-wal", "-shm")]
