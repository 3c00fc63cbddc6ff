"""The text of a file, and what was left out of it."""

from __future__ import annotations

from dataclasses import dataclass

OPENING = 80  # characters
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT = "text/plain"
REASONS = ("white", "tiny", "off_page", "invisible", "vanish")


@dataclass(frozen=True, slots=True)
class Hidden:
    """Text that no reader of the page sees: why, how many characters, and its opening words (at most 80 characters)."""

    reason: str
    characters: int
    words: str


@dataclass(frozen=True, slots=True)
class Upload:
    """The visible text of a file in reading order, what the file was recognised as, its pages, and the text left out, one entry a reason."""

    text: str
    media_type: str
    pages: int | None = None
    hidden: tuple[Hidden, ...] = ()
