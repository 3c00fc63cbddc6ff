"""Why a file was not taken.

InvalidUpload
    UnsupportedFormat   another format than those that are read
    UnreadableFile      damaged, encrypted, empty, or beyond a limit
    NoTextLayer         pictures of text, without the text
"""

from __future__ import annotations

from matcher.document import MatcherProblem
from matcher.upload.limits import LIMITS

ACCEPTED = "PDF, DOCX and plain text"


class InvalidUpload(MatcherProblem, ValueError):
    """A file whose text cannot be had: `name` is the thing at fault (a key of LIMITS, or one word), `reason` says why; neither quotes the file."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class UnsupportedFormat(InvalidUpload):
    """The file is of a format that is not read; the reason names those that are."""


class UnreadableFile(InvalidUpload):
    """The format is right, yet nothing can be read: damaged, encrypted, empty, or beyond a limit."""


class NoTextLayer(InvalidUpload):
    """A scan: the pages are pictures and hold no text."""


def unsupported(found: str) -> UnsupportedFormat:
    """The refusal of a file of the format `found`."""
    return UnsupportedFormat("format", f"is {found}; the formats are {ACCEPTED}: save as PDF or DOCX")


def damaged(what: str) -> UnreadableFile:
    """The refusal of a file of the format `what` that its parser could not follow."""
    return UnreadableFile("file", f"is a damaged {what}; open it where it was written and save it anew as PDF or DOCX")


def no_text(hidden: int = 0) -> UnreadableFile:
    """The refusal of a file without visible text, of which `hidden` characters were left out."""
    return UnreadableFile("text", f"is empty: no visible character, {hidden:,} hidden" if hidden else "is empty")


def scan(pages: int, characters: int) -> NoTextLayer:
    """The refusal of a scan of so many pages on which so many characters were found."""
    found = f"{characters} characters of text on {pages} page{'s' if pages != 1 else ''} of pictures"
    return NoTextLayer("text", f"holds {found}: a scan or a photo; save the resume as PDF or DOCX where it was written, or run text recognition (OCR) over it")


def too_many(limit: str, found: int | None, unit: str) -> UnreadableFile:
    """The refusal of a file beyond a limit; `found` is None where counting stopped at the limit."""
    most = LIMITS[limit]
    return UnreadableFile(limit, f"has {f'more than {most:,}' if found is None else f'{found:,}'} {unit}, at most {most:,} are taken")
