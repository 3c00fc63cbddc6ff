"""A page as it looks: rendered small and grey, and asked what can be seen in a box."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

from pypdfium2 import raw

from matcher.upload.glyphs import Area
from matcher.upload.hiding import contrast

SCALE = 1.5  # pixels a point
MOST = 4_000_000  # pixels
FLAT = 0.5  # share of a box that one brightness fills where it is the background
NEAR = 1.1  # contrast below which two brightnesses are one


@dataclass(frozen=True)
class Picture:
    """The rendered page: rows of brightnesses 0 to 255."""

    page: object
    pixels: bytes
    width: int
    height: int

    def box(self, area: Area) -> bytes:
        """The brightnesses within a box given in points of the page; empty where it is not on the page."""
        (left, bottom), (right, top) = self._device(area[0], area[1]), self._device(area[2], area[3])
        left, right, low, high = min(left, right), max(left, right) + 1, min(bottom, top), max(bottom, top) + 1
        left, right, low, high = max(left, 0), min(right, self.width), max(low, 0), min(high, self.height)
        return b"".join(self.pixels[row * self.width + left : row * self.width + right] for row in range(low, high)) if left < right else b""

    def _device(self, x: float, y: float) -> tuple[int, int]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page, 0, 0, self.width, self.height, 0, x, y, across, down)
        return across.value, down.value


def background(box: bytes) -> int | None:
    """The brightness that fills most of a box; None where nothing does, as on a photo."""
    likeliest = max(set(box), key=box.count)
    near = sum(box.count(one) for one in range(max(0, likeliest - 3), min(256, likeliest + 4)))
    return likeliest if near >= FLAT * len(box) else None


def flat(box: bytes) -> bool:
    """Whether nothing can be told from anything else in a box."""
    return contrast(min(box), max(box)) < NEAR


def render(page: object) -> Picture | None:
    """A loaded page as it is displayed, annotations included; None where it has no size."""
    wide, high = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    if not (0 < wide < 1e6 and 0 < high < 1e6):
        return None
    scale = min(SCALE, (MOST / (wide * high)) ** 0.5)
    width, height = max(1, int(wide * scale)), max(1, int(high * scale))
    if width * height > 2 * MOST:
        return None
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_Gray, None, 0)
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT)
        stride = raw.FPDFBitmap_GetStride(bitmap)
        whole = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    pixels = whole if stride == width else b"".join(whole[row * stride : row * stride + width] for row in range(height))
    return Picture(page, pixels, width, height)
