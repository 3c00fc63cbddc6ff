"""PDF -> an Upload by pypdf, for files that PDFium cannot open. It knows colours and sizes, but not what stands behind a text."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from math import hypot
from typing import Any

from matcher.upload.cleaning import cleaned
from matcher.upload.hiding import CONTRAST, SMALLEST, Gathered, contrast
from matcher.upload.invalid import InvalidUpload, UnreadableFile, damaged, no_text, too_many
from matcher.upload.limits import LIMITS
from matcher.upload.upload import PDF, Upload


def read_by_pypdf(data: bytes) -> Upload:
    """The visible text of a PDF; raises InvalidUpload."""
    logging.disable(logging.CRITICAL)
    try:
        return _read(data)
    except InvalidUpload:
        raise
    except Exception as error:
        raise damaged("PDF") from error


def _read(data: bytes) -> Upload:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise UnreadableFile("encrypted", "needs a password to be opened; save it without one")
    count = len(reader.pages)
    if count > LIMITS["pages"]:
        raise too_many("pages", count, "pages")
    eye = _Eye()
    for page in reader.pages:
        page.extract_text(visitor_operand_before=eye.operand, visitor_text=eye.text)
        eye.pieces.append("\n\n")
        if sum(map(len, eye.pieces)) > LIMITS["characters"]:
            raise too_many("characters", None, "characters")
    text = cleaned("".join(eye.pieces))
    if not any(map(str.isalnum, text)):
        raise no_text(eye.gathered.characters)
    return Upload(text, PDF, count, eye.gathered.hidden())


class _Eye:
    """Follows colour and render mode, and parts the visible text from the hidden."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.gathered = Gathered()
        self._brightness, self._mode = 0.0, 0
        self._saved: list[tuple[float, int]] = []

    def operand(self, operator: bytes, operands: Sequence[Any], _current: Sequence[float], _text: Sequence[float]) -> None:
        """One operator of a page's content."""
        if operator == b"q":
            self._saved.append((self._brightness, self._mode))
        elif operator == b"Q" and self._saved:
            self._brightness, self._mode = self._saved.pop()
        elif operator == b"Tr" and operands:
            self._mode = int(operands[0])
        elif operator in (b"g", b"rg", b"k", b"sc", b"scn"):
            self._brightness = _brightness([float(one) for one in operands if isinstance(one, int | float)])

    def text(self, text: str, current: Sequence[float], matrix: Sequence[float], _font: object, size: float | None) -> None:
        """One piece of text with the matrices that place it."""
        scale = hypot(matrix[2], matrix[3]) * hypot(current[2], current[3])
        if self._mode in (3, 7):
            self.gathered.add("invisible", text)
        elif text.strip() and size and abs(size) * scale < SMALLEST:
            self.gathered.add("tiny", text)
        elif text.strip() and contrast(self._brightness, 255) < CONTRAST:
            self.gathered.add("white", text)
        else:
            self.pieces.append(text)


def _brightness(parts: Sequence[float]) -> float:
    if len(parts) == 3:
        return 255 * (0.3 * parts[0] + 0.59 * parts[1] + 0.11 * parts[2])
    if len(parts) == 4:
        return 255 * (1 - min(1.0, 0.3 * parts[0] + 0.59 * parts[1] + 0.11 * parts[2] + parts[3]))
    return 255 * parts[0] if len(parts) == 1 else 0.0
