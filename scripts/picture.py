"""The picture in the README: the page with a resume of the sample, taken by headless Chromium (Debian's `chromium`)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from scripts.demo import RESUME, SAMPLE
from scripts.ingest import ingest
from scripts.measure import serving
from service.compose import open_matcher
from service.settings import Settings

PICTURE = Path(__file__).parents[1] / "docs" / "result.png"
PORT = 8798
SIZE = "1000,1280"  # CSS pixels
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


def picture(settings: Settings) -> Path:
    """Write the picture and return where it is."""
    with tempfile.TemporaryDirectory() as folder:
        own = replace(settings, store=Path(folder) / "picture.db", port=PORT)
        matcher = open_matcher(own)
        ingest(matcher, [SAMPLE / "postings.jsonl", SAMPLE / "resumes.jsonl"])
        matcher.close()
        with serving(own):
            address = f"http://127.0.0.1:{PORT}/?kind=resume&id={RESUME}"
            options = [*FLAGS.split(), f"--user-data-dir={folder}/chromium", f"--window-size={SIZE}", f"--screenshot={PICTURE}", address]
            subprocess.run(["chromium", *options], check=True, capture_output=True, timeout=120)  # noqa: S603, S607
    return PICTURE


if __name__ == "__main__":
    print(picture(Settings()), file=sys.stderr)
