"""One part of a DOCX as a stream of elements -> its text in document order, with what is hidden marked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from matcher.upload.archive import local
from matcher.upload.hiding import CONTRAST, RGB, SMALLEST, Gathered, contrast, grey
from matcher.upload.styles import PLAIN, Look, Styles, colour, look_of, value_of

SKIPPED = frozenset({"del", "moveFrom", "Fallback", "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange", "numberingChange"})
PROPERTIES = frozenset({"rPr", "pPr", "tcPr", "tblPr", "sectPr", "framePr", "spPr", "bgPr", "grpSpPr"})
FARTHEST = 17.0  # inches: beyond it nothing is on a page
EMU, TWIPS, POINTS = 914_400, 1_440, 72  # an inch
BACKDROP = 4.0  # square inches of a picture or a filled shape on which light text may stand
WHITE: RGB = (255, 255, 255)
BULLETS = range(0xF020, 0xF100)  # where symbol fonts have their characters


@dataclass
class Piece:
    """A stretch of text; `reason` why it is hidden, `light` where that holds only on a white page."""

    text: str
    reason: str = ""
    light: bool = False


@dataclass
class Box:
    """A container that text may stand in: a cell, a text box or a frame, with what is known of its background."""

    name: str
    shade: RGB | None = None
    known: bool = True
    reason: str = ""
    paragraphs: int = 0


@dataclass
class Shape:
    """A drawing that floats on the page: where it is and how large, in inches."""

    offsets: list[float] = field(default_factory=list)
    sizes: tuple[float, float] = (0.0, 0.0)
    fill: RGB | None = None
    filled: bool = False
    picture: bool = False
    hidden: bool = False

    @property
    def off_page(self) -> bool:
        """Whether no part of it can be on a page."""
        sizes = self.sizes if len(self.offsets) == 2 else (0.0, 0.0)
        return any(offset > FARTHEST or offset + size < -FARTHEST / 8 for offset, size in zip(self.offsets, sizes, strict=False))


class Story:
    """The text of a part; fed with the start and the end of each element."""

    def __init__(self, styles: Styles, notes: frozenset[tuple[str, str]] | None = None) -> None:
        self.styles = styles
        self.characters = 0
        self.margins: list[tuple[str, str]] = []  # relationship id and place of headers and footers
        self.first = False  # whether the first page has its own
        self.backdrop = False
        self.within_properties = 0
        self._wanted = notes
        self._noted: set[tuple[str, str]] = set()
        self._pieces: list[Piece] = []
        self._outer: list[tuple[list[Piece], Look, Look, bool]] = []  # what a text box stands in
        self._later: list[list[Piece]] = [[]]  # text boxes of the paragraphs that are open
        self._paragraph = PLAIN
        self._run = PLAIN
        self._in_run = False
        self._skipping = 0
        self._boxes: list[Box] = []
        self._shapes: list[Shape] = []
        self._tables: list[bool] = []  # whether the style of each open table colours cells
        self._framed = ""
        self._shaded = False

    @property
    def notes(self) -> frozenset[tuple[str, str]]:
        """Kind and id of the notes that the text refers to."""
        return frozenset(self._noted)

    def start(self, element: etree._Element) -> None:
        """An element begins: its attributes are known, its content is not."""
        name = local(element)
        if self._skipping or name in SKIPPED or self._unwanted(name, element):
            self._skipping += 1
            return
        if name in PROPERTIES:
            self.within_properties += 1
        begin = _STARTS.get(name)
        if begin:
            begin(self, element)

    def end(self, element: etree._Element) -> None:
        """An element ends: its content is known."""
        if self._skipping:
            self._skipping -= 1
            return
        name = local(element)
        if name in PROPERTIES:
            self.within_properties -= 1
        finish = _ENDS.get(name)
        if finish:
            finish(self, element)

    def text(self, gathered: Gathered, backdrop: bool) -> str:
        """The visible text; the hidden is gathered. Light text counts as visible where it may stand on a picture or a filled shape."""
        visible = []
        for piece in self._pieces:
            if piece.reason and not (piece.light and backdrop):
                gathered.add(piece.reason, piece.text)
            else:
                visible.append(piece.text)
        lines = re.sub(r"\n[ \t]*\t", "\n", re.sub(r"[ \t]+\n", "\n", "".join(visible)))
        return re.sub(r"(?m)^•[ \t]*$\n?", "", lines)

    def _unwanted(self, name: str, element: etree._Element) -> bool:
        return self._wanted is not None and name in ("footnote", "endnote") and (name, value_of(element, "id") or "") not in self._wanted

    def _put(self, text: str) -> None:
        self.characters += len(text)
        reason = self._reason() if text.strip() else ""
        self._pieces.append(Piece(text, reason, reason == "white" and not self._shaded))

    def _reason(self) -> str:
        look = self._look()
        placed = next((box.reason for box in reversed(self._boxes) if box.reason), self._framed)
        if look.vanish:
            return "vanish"
        if placed:
            return placed
        if look.half_points is not None and look.half_points < 2 * SMALLEST:
            return "tiny"
        return "white" if self._unseen(look) else ""

    def _look(self) -> Look:
        run = self._run.over(self.styles.look(self._run.style, "character"))
        return run.over(self._paragraph).over(self.styles.look(self._paragraph.style, "paragraph")).over(self.styles.default)

    def _unseen(self, look: Look) -> bool:
        """Whether the colour of a run can hardly be told from what is known to be behind it."""
        boxes = [box for box in reversed(self._boxes) if box.shade or not box.known]
        shade = look.shade or (boxes[0].shade if boxes else WHITE)
        self._shaded = look.shade is not None or bool(boxes)
        return look.colour is not None and shade is not None and contrast(grey(look.colour), grey(shade)) < CONTRAST

    # a paragraph and its runs

    def _start_paragraph(self, _: etree._Element) -> None:
        self._paragraph, self._framed = PLAIN, ""
        self._shaded = False
        self._later.append([])

    def _end_paragraph(self, _: etree._Element) -> None:
        self._pieces.append(Piece("\n"))
        if len(self._later) > 1:
            self._pieces += self._later.pop()
        if self._boxes:
            self._boxes[-1].paragraphs += 1

    def _start_run(self, _: etree._Element) -> None:
        self._run, self._in_run = PLAIN, True

    def _end_run(self, _: etree._Element) -> None:
        self._run, self._in_run = PLAIN, False

    def _end_run_properties(self, element: etree._Element) -> None:
        if self._in_run and not self.within_properties:
            self._run = look_of(element)

    def _end_paragraph_properties(self, element: etree._Element) -> None:
        if not self.within_properties:
            self._paragraph = look_of(element)
            listed = self._paragraph.listed if self._paragraph.listed is not None else self.styles.look(self._paragraph.style, "paragraph").listed
            if listed:
                self._pieces.append(Piece("• "))

    def _frame(self, element: etree._Element) -> None:
        """A frame or an indent that puts the paragraph beside the page."""
        places = [_number(value_of(element, name)) / TWIPS for name in ("x", "y", "left", "start")]
        if any(place > FARTHEST or place < -FARTHEST / 2 for place in places):
            self._framed = "off_page"

    def _end_text(self, element: etree._Element) -> None:
        if self._in_run:
            self._put(element.text or "")

    def _mark(self, text: str) -> Callable[[etree._Element], None]:
        return lambda _: self._put(text) if self._in_run and not self.within_properties else None

    def _tab(self, _: etree._Element) -> None:
        self._mark("\t")(_)

    def _break(self, _: etree._Element) -> None:
        self._mark("\n")(_)

    def _hyphen(self, _: etree._Element) -> None:
        self._mark("-")(_)

    def _symbol(self, element: etree._Element) -> None:
        code = int(_number(value_of(element, "char"), 16))
        if self._in_run and 0 < code < 0x110000:
            self._put("•" if code in BULLETS else chr(code))

    def _note(self, element: etree._Element) -> None:
        self._noted.add((local(element).removesuffix("Reference"), value_of(element, "id") or ""))

    # tables

    def _start_table(self, _: etree._Element) -> None:
        self._tables.append(False)

    def _end_table(self, _: etree._Element) -> None:
        if self._tables:
            self._tables.pop()

    def _table_style(self, element: etree._Element) -> None:
        if self._tables:
            self._tables[-1] = value_of(element) in self.styles.shaded

    def _start_cell(self, _: etree._Element) -> None:
        self._boxes.append(Box("tc", known=not (self._tables and self._tables[-1])))

    def _end_cell_properties(self, element: etree._Element) -> None:
        for child in element:
            if local(child) == "shd" and self._boxes:
                fill = colour(value_of(child, "fill"))
                self._boxes[-1].shade, self._boxes[-1].known = fill, self._boxes[-1].known or fill is not None

    def _end_cell(self, _: etree._Element) -> None:
        box = self._boxes.pop() if self._boxes else Box("")
        if box.paragraphs == 1 and self._pieces and self._pieces[-1].text == "\n":
            self._pieces[-1] = Piece("\t")

    def _end_row(self, _: etree._Element) -> None:
        self._pieces.append(Piece("\n"))

    # drawings

    def _start_shape(self, element: etree._Element) -> None:
        shape = Shape()
        style = value_of(element, "style") or ""
        if local(element) != "anchor" and style:
            shape.offsets = [float(size) / POINTS for size in re.findall(r"margin-(?:left|top):(-?\d{0,9}\.?\d{1,9})pt", style)]
            shape.hidden = "visibility:hidden" in style
            sizes = {name: _length(number, unit) for name, number, unit in re.findall(r"(?:^|;)(width|height):(\d{0,9}\.?\d{1,9})([a-z]*)", style)}
            shape.sizes = (sizes.get("width", 0.0), sizes.get("height", 0.0))
            fill = colour((value_of(element, "fillcolor") or "").partition(" ")[0].lstrip("#"))
            shape.filled = fill is not None and contrast(grey(fill), 255) >= CONTRAST and value_of(element, "filled") not in ("f", "false")
            shape.fill = fill
        self._shapes.append(shape)

    def _end_shape(self, _: etree._Element) -> None:
        if not self._shapes:
            return
        shape = self._shapes.pop()
        if (shape.picture or shape.filled) and shape.sizes[0] * shape.sizes[1] >= BACKDROP:
            self.backdrop = True

    def _position(self, element: etree._Element) -> None:
        if self._shapes:
            self._shapes[-1].offsets.append(_number(element.text) / EMU)

    def _extent(self, element: etree._Element) -> None:
        if self._shapes:
            self._shapes[-1].sizes = (_number(value_of(element, "cx")) / EMU, _number(value_of(element, "cy")) / EMU)

    def _drawing_properties(self, element: etree._Element) -> None:
        if self._shapes and value_of(element, "hidden") in ("1", "true"):
            self._shapes[-1].hidden = True

    def _fill(self, element: etree._Element) -> None:
        parent = element.getparent()
        if self._shapes and parent is not None and local(parent) in ("spPr", "bgPr", "grpSpPr"):
            shape = self._shapes[-1]
            shape.filled, shape.fill = True, None
            for child in element:
                shape.fill = colour(value_of(child)) if local(child) == "srgbClr" else WHITE if value_of(child) in ("bg1", "lt1") else None
            if shape.fill and contrast(grey(shape.fill), 255) < CONTRAST:
                shape.filled = False

    def _picture(self, _: etree._Element) -> None:
        if self._shapes:
            self._shapes[-1].picture = True

    def _start_box(self, _: etree._Element) -> None:
        shape = self._shapes[-1] if self._shapes else Shape()
        reason = "off_page" if shape.off_page else "invisible" if shape.hidden else ""
        self._boxes.append(Box("txbxContent", shape.fill if shape.filled else None, known=not shape.filled, reason=reason))
        self._outer.append((self._pieces, self._paragraph, self._run, self._in_run))
        self._pieces, self._in_run = [], False

    def _end_box(self, _: etree._Element) -> None:
        if self._boxes:
            self._boxes.pop()
        inner = self._pieces
        if self._outer:
            self._pieces, self._paragraph, self._run, self._in_run = self._outer.pop()
        self._later[-1] += inner

    # sections

    def _margin(self, element: etree._Element) -> None:
        self.margins.append((value_of(element, "id") or "", value_of(element, "type") or "default"))

    def _first_page(self, element: etree._Element) -> None:
        self.first = value_of(element) not in ("0", "false", "off")


def _length(number: str, unit: str) -> float:
    """A length of VML in inches; within a group it has no unit and is taken for twips."""
    return float(number) / {"in": 1, "pt": POINTS, "px": 96, "cm": 2.54, "mm": 25.4}.get(unit, TWIPS)


def _number(value: str | None, base: int = 10) -> float:
    try:
        return int(value or "0", base) if base != 10 else max(-1e12, min(1e12, float(value or "0")))
    except ValueError:
        return 0.0


_STARTS: dict[str, Callable[[Story, etree._Element], None]] = {
    "p": Story._start_paragraph,
    "r": Story._start_run,
    "tbl": Story._start_table,
    "tc": Story._start_cell,
    "anchor": Story._start_shape,
    "inline": Story._start_shape,
    "pict": Story._start_shape,
    "shape": Story._start_shape,
    "rect": Story._start_shape,
    "docPr": Story._drawing_properties,
    "txbxContent": Story._start_box,
    "extent": Story._extent,
    "blip": Story._picture,
    "imagedata": Story._picture,
}
_ENDS: dict[str, Callable[[Story, etree._Element], None]] = {
    "p": Story._end_paragraph,
    "r": Story._end_run,
    "rPr": Story._end_run_properties,
    "pPr": Story._end_paragraph_properties,
    "framePr": Story._frame,
    "ind": Story._frame,
    "t": Story._end_text,
    "tab": Story._tab,
    "ptab": Story._tab,
    "br": Story._break,
    "cr": Story._break,
    "noBreakHyphen": Story._hyphen,
    "sym": Story._symbol,
    "footnoteReference": Story._note,
    "endnoteReference": Story._note,
    "tbl": Story._end_table,
    "tblStyle": Story._table_style,
    "tcPr": Story._end_cell_properties,
    "tc": Story._end_cell,
    "tr": Story._end_row,
    "txbxContent": Story._end_box,
    "posOffset": Story._position,
    "solidFill": Story._fill,
    "gradFill": Story._fill,
    "blipFill": Story._fill,
    "anchor": Story._end_shape,
    "inline": Story._end_shape,
    "pict": Story._end_shape,
    "shape": Story._end_shape,
    "rect": Story._end_shape,
    "headerReference": Story._margin,
    "footerReference": Story._margin,
    "titlePg": Story._first_page,
}
