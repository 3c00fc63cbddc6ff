"""The process that parses one file: says that it is ready, reads the file from standard input, answers with one JSON object, ends."""

from __future__ import annotations

import json
import os
import sys

from matcher.upload.docx import read_docx
from matcher.upload.invalid import InvalidUpload, UnreadableFile, damaged
from matcher.upload.pdf import read_pdf
from matcher.upload.sandbox import confine, hurry
from matcher.upload.upload import Upload

READERS = {b"pdf": read_pdf, b"zip": read_docx}


def main() -> None:
    """Serve one file: a line with its kind, then its bytes until the end of the input."""
    _say({"network": confine()})
    kind = sys.stdin.buffer.readline().strip()
    if kind in READERS:
        data = sys.stdin.buffer.read()
        hurry()
        _say(answer(kind, data))
    os._exit(0)


def answer(kind: bytes, data: bytes) -> dict[str, object]:
    """The JSON object for a file: the fields of an Upload, or the class, name and reason of the refusal."""
    try:
        upload = READERS[kind](data)
    except InvalidUpload as error:
        return _refusal(error)
    except MemoryError:
        return _refusal(UnreadableFile("memory_bytes", "needs more memory than is given to a file"))
    except Exception:
        return _refusal(damaged("PDF" if kind == b"pdf" else "DOCX"))
    return _told(upload)


def _refusal(error: InvalidUpload) -> dict[str, object]:
    return {"error": type(error).__name__, "name": error.name, "reason": error.reason}


def _told(upload: Upload) -> dict[str, object]:
    hidden = [[one.reason, one.characters, one.words] for one in upload.hidden]
    return {"text": upload.text, "media_type": upload.media_type, "pages": upload.pages, "hidden": hidden}


def _say(message: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
