"""What a DOCX says about the look of a run, as far as it decides whether the run can be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lxml import etree

from matcher.upload.archive import Archive, local, parse
from matcher.upload.hiding import RGB

DEEPEST = 20  # styles based on each other
OFF = ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Look:
    """Properties of a run or of a style; None where it says nothing."""

    vanish: bool | None = None
    colour: RGB | None = None
    half_points: float | None = None
    shade: RGB | None = None
    listed: bool | None = None
    style: str | None = None

    def over(self, other: Look) -> Look:
        """The look itself where it says something, the other elsewhere."""
        return Look(
            other.vanish if self.vanish is None else self.vanish,
            other.colour if self.colour is None else self.colour,
            other.half_points if self.half_points is None else self.half_points,
            other.shade if self.shade is None else self.shade,
            other.listed if self.listed is None else self.listed,
            other.style if self.style is None else self.style,
        )


PLAIN = Look()


@dataclass
class Styles:
    """The looks of the named styles of a document, each with those it is based on."""

    default: Look = PLAIN
    own: dict[str, Look] = field(default_factory=dict)
    based: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)  # kind of style -> the one that holds where none is named
    shaded: set[str] = field(default_factory=set)  # table styles that colour cells
    _known: dict[tuple[str | None, str], Look] = field(default_factory=dict)

    def look(self, name: str | None, kind: str = "") -> Look:
        """The look of a style with all that it is based on."""
        if (name, kind) not in self._known:
            self._known[name, kind] = self._resolved(name or self.defaults.get(kind, ""))
        return self._known[name, kind]

    def _resolved(self, name: str) -> Look:
        found, seen = PLAIN, 0
        while name in self.own and seen < DEEPEST:
            found, name, seen = found.over(self.own[name]), self.based.get(name, ""), seen + 1
        return found


def read_styles(archive: Archive, part: str | None) -> Styles:
    """The styles part of a DOCX; none where it is absent."""
    styles = Styles()
    if part is None:
        return styles
    for _, element in parse(archive.open(part), ("end",)):
        if local(element) == "style":
            _add_style(styles, element)
            element.clear()
        elif local(element) == "rPrDefault":
            styles.default = look_within(element)
    return styles


def _add_style(styles: Styles, element: etree._Element) -> None:
    name = _value(element, "styleId") or ""
    kind = _value(element, "type") or ""
    styles.own[name] = look_within(element)
    based = next((child for child in element if local(child) == "basedOn"), None)
    if based is not None:
        styles.based[name] = _value(based, "val") or ""
    if _value(element, "default") in ("1", "true", "on"):
        styles.defaults[kind] = name
    if kind == "table" and any(local(child) == "shd" and colour(_value(child, "fill")) for child in element.iter()):
        styles.shaded.add(name)


def look_within(element: etree._Element) -> Look:
    """The look that the rPr and pPr below an element declare, without those of conditional parts of a table."""
    look = PLAIN
    for child in element:
        if local(child) in ("rPr", "pPr"):
            look = look_of(child).over(look)
    return look


def look_of(properties: etree._Element) -> Look:
    """The look that the children of an rPr or pPr declare; that of a paragraph's own mark is not that of its runs."""
    look = PLAIN
    for child in properties:
        change = _READERS.get(local(child))
        if change:
            look = change(look, child)
    return look


def colour(value: str | None) -> RGB | None:
    """The colour of six hexadecimal digits; None for anything else, such as `auto`."""
    try:
        number = int(value or "", 16)
    except ValueError:
        return None
    return (number >> 16, number >> 8 & 255, number & 255) if len(value or "") == 6 and number >= 0 else None


def _value(element: etree._Element, name: str = "val") -> str | None:
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


value_of = _value


def _vanish(look: Look, element: etree._Element) -> Look:
    return replace(look, vanish=(_value(element) or "1") not in OFF)


def _colour(look: Look, element: etree._Element) -> Look:
    return replace(look, colour=colour(_value(element)) or (0, 0, 0))


def _size(look: Look, element: etree._Element) -> Look:
    try:
        return replace(look, half_points=float(_value(element) or ""))
    except ValueError:
        return look


def _shade(look: Look, element: etree._Element) -> Look:
    return replace(look, shade=colour(_value(element, "fill")))


def _listed(look: Look, element: etree._Element) -> Look:
    numbers = [_value(child) for child in element if local(child) == "numId"]
    return replace(look, listed=numbers != ["0"])


def _style(look: Look, element: etree._Element) -> Look:
    return replace(look, style=_value(element))


_READERS: dict[str, Callable[[Look, etree._Element], Look]] = {
    "vanish": _vanish,
    "specVanish": _vanish,
    "color": _colour,
    "sz": _size,
    "shd": _shade,
    "numPr": _listed,
    "rStyle": _style,
    "pStyle": _style,
}
