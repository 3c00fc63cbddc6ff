"""The main job on the bundled sample."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from matcher.document import Kind
from matcher.vocabulary import load
from scripts.ingest import ingest
from scripts.show import show_found
from service.compose import open_matcher
from service.settings import Settings

SAMPLE = Path(__file__).parent / "sample"
RESUME = "r006"


def demo(settings: Settings) -> None:
    """Load the sample into a store of its own and match one of its resumes."""
    with tempfile.TemporaryDirectory() as folder:
        matcher = open_matcher(replace(settings, store=Path(folder) / "demo.db"))
        ingest(matcher, [SAMPLE / "postings.jsonl", SAMPLE / "resumes.jsonl"])
        stored = matcher.get(Kind.RESUME, RESUME)
        print(f"{matcher.count(Kind.POSTING)} postings and {matcher.count(Kind.RESUME)} resumes loaded.")
        print(f"Resume {RESUME} begins: {' '.join(stored.document.text.split())[:160]} ...")
        show_found(matcher.match_stored(Kind.RESUME, RESUME, limit=3), load())
        matcher.close()
    print("\nStart the service with the same sample: make serve\nThen open http://127.0.0.1:8000/ and paste a resume or a posting.")
