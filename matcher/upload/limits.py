"""What an upload may cost: each limit is named in the refusal of a file that exceeds it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from matcher.document import MAX_TEXT

LIMITS: Mapping[str, int | float] = MappingProxyType(
    {
        "bytes": 10 << 20,  # of the file
        "pages": 50,  # of a PDF
        "characters": MAX_TEXT,  # of the text, with what is hidden
        "wall_seconds": 10,  # from the hand-over of the bytes to the answer
        "cpu_seconds": 8,  # of the child process, with its start
        "memory_bytes": 1 << 30,  # of the child's address space
        "zip_entries": 2_000,
        "unpacked_bytes": 50 << 20,  # declared by all entries of a DOCX together
        "ratio": 100,  # of the unpacked size to that of the file
    }
)
