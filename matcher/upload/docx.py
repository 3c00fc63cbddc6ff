"""DOCX -> an Upload, a part at a time, each streamed: nothing is kept but the text."""

from __future__ import annotations

import zlib
from zipfile import BadZipFile

from lxml import etree

from matcher.upload.archive import Archive, local, parse
from matcher.upload.cleaning import cleaned
from matcher.upload.hiding import Gathered
from matcher.upload.invalid import damaged, no_text, too_many
from matcher.upload.limits import LIMITS
from matcher.upload.story import Story
from matcher.upload.styles import OFF, Styles, read_styles, value_of
from matcher.upload.upload import DOCX, Upload


def read_docx(data: bytes) -> Upload:
    """The visible text of a DOCX: headers, body, footers, notes; raises InvalidUpload."""
    try:
        return _read(Archive(data))
    except (etree.XMLSyntaxError, BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError) as error:
        raise damaged("DOCX") from error


def _read(archive: Archive) -> Upload:
    related = archive.related(archive.main)
    styles = read_styles(archive, next((part for kind, part in related.values() if kind == "styles"), None))
    body = _story(archive, archive.main, styles)
    places = {"default": True, "first": body.first, "even": any(_mirrored(archive, part) for kind, part in related.values() if kind == "settings")}
    shown = [related[id] for id, place in body.margins if id in related and places.get(place)]
    headers = [_story(archive, part, styles) for kind, part in dict.fromkeys(shown) if kind == "header"]
    footers = [_story(archive, part, styles) for kind, part in dict.fromkeys(shown) if kind == "footer"]
    notes = [_story(archive, part, styles, body.notes) for kind, part in related.values() if kind in ("footnotes", "endnotes")]
    return _joined([*headers, body, *footers, *notes])


def _story(archive: Archive, part: str, styles: Styles, notes: frozenset[tuple[str, str]] | None = None) -> Story:
    """The text of a part; of a part of notes only those named."""
    story = Story(styles, notes)
    for event, element in parse(archive.open(part), ("start", "end")):
        if event == "start":
            story.start(element)
        else:
            story.end(element)
            if not story.within_properties:
                element.clear(keep_tail=True)
                _forget_before(element)
        if story.characters > LIMITS["characters"]:
            raise too_many("characters", None, "characters")
    return story


def _forget_before(element: etree._Element) -> None:
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _mirrored(archive: Archive, part: str) -> bool:
    """Whether even pages have headers of their own."""
    return any(local(element) == "evenAndOddHeaders" and value_of(element) not in OFF for _, element in parse(archive.open(part), ("end",)))


def _joined(stories: list[Story]) -> Upload:
    backdrop = any(story.backdrop for story in stories)
    gathered = Gathered()
    texts: list[str] = []
    for story in stories:
        text = cleaned(story.text(gathered, backdrop))
        if text and text not in texts:
            texts.append(text)
    text = cleaned("\n".join(texts))
    if not any(letter.isalnum() for letter in text):
        raise no_text(gathered.characters)
    if len(text) > LIMITS["characters"]:
        raise too_many("characters", len(text), "characters")
    return Upload(text, DOCX, None, gathered.hidden())
