"""The directory of a zip file, checked before anything is unpacked; and which parts of a DOCX are text."""

from __future__ import annotations

import io
from collections.abc import Mapping
from posixpath import dirname, join, normpath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from matcher.upload.invalid import UnreadableFile, damaged, too_many, unsupported
from matcher.upload.limits import LIMITS

TYPES = "[Content_Types].xml"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
LOCAL_HEADER = 30  # bytes before the name of an entry
_KINDS = (  # part of the content type of another main part -> what it is
    ("macroenabled", "a Word document with macros (.docm)"),
    ("wordprocessingml.template", "a Word template (.dotx)"),
    ("spreadsheetml", "a spreadsheet (.xlsx)"),
    ("presentationml", "a presentation (.pptx)"),
)


class Archive:
    """The parts of a DOCX; raises UnsupportedFormat for any other zip file, UnreadableFile for one beyond a limit or not as it should be."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = ZipFile(io.BytesIO(data))
        except (BadZipFile, ValueError, EOFError) as error:
            raise damaged("DOCX or other zip file") from error
        entries = self._zip.infolist()
        _check(entries, len(data), self._zip.start_dir)
        self._names = {entry.filename for entry in entries}
        self._types = self._read_types()
        self.main = self._main()

    def open(self, name: str) -> IO[bytes]:
        """The unpacked bytes of a part, as a stream."""
        return self._zip.open(name)

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self._names

    def related(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Relationship id -> (last word of its type, part) of the internal relationships of a part."""
        rels = join(dirname(part), "_rels", part.rpartition("/")[2] + ".rels")
        found = {}
        if self.has(rels):
            for _, element in parse(self.open(rels), ("end",)):
                if local(element) == "Relationship" and element.get("TargetMode") != "External":
                    target = element.get("Target", "")
                    path = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
                    if self.has(path):
                        found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], path)
        return found

    def _read_types(self) -> dict[str, str]:
        if not self.has(TYPES):
            raise unsupported("an OpenDocument text (.odt)" if self._is_odt() else "a zip file that is no DOCX")
        return {
            element.get("PartName", "").lstrip("/"): element.get("ContentType", "")
            for _, element in parse(self.open(TYPES), ("end",))
            if local(element) == "Override"
        }

    def _is_odt(self) -> bool:
        return self.has("mimetype") and self.has("content.xml")

    def _main(self) -> str:
        main = [name for name, kind in self._types.items() if kind == MAIN and self.has(name)]
        if len(main) == 1 and not any(name.endswith("vbaProject.bin") for name in self._names):
            return main[0]
        kinds = " ".join(self._types.values()).lower() + ("macroenabled" if any(name.endswith("vbaProject.bin") for name in self._names) else "")
        raise unsupported(next((name for mark, name in _KINDS if mark in kinds), "a zip file that is no DOCX"))


def parse(stream: IO[bytes], events: tuple[str, ...]) -> etree.iterparse:
    """The elements of a part as they are read; without entities, network or huge nodes. Raises UnreadableFile for a document type."""
    parser = etree.iterparse(stream, events=("start", *events), resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    return _events(parser, events)


def _events(parser: etree.iterparse, events: tuple[str, ...]) -> etree.iterparse:
    first = True
    for event, element in parser:
        if first and element.getroottree().docinfo.doctype:
            raise UnreadableFile("file", "declares a document type (DTD), which no DOCX does")
        first = False
        if event in events:
            yield event, element


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for what is none, such as a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _check(entries: list[ZipInfo], size: int, directory: int) -> None:
    if len(entries) > LIMITS["zip_entries"]:
        raise too_many("zip_entries", len(entries), "entries")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LIMITS["unpacked_bytes"]:
        raise too_many("unpacked_bytes", unpacked, "bytes when unpacked")
    if unpacked > LIMITS["ratio"] * size:
        raise too_many("ratio", round(unpacked / size), "unpacked bytes a byte")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("encrypted", "needs a password; save it without one")
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise damaged("DOCX")
    if _overlap(entries, directory):
        raise UnreadableFile("file", "is a zip file whose entries overlap")
    if len({entry.filename for entry in entries}) < len(entries):
        raise UnreadableFile("file", "is a zip file with two entries of one name")


def _overlap(entries: list[ZipInfo], directory: int) -> bool:
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [*(entry.header_offset for entry in ordered[1:]), directory]
    return any(entry.header_offset + LOCAL_HEADER + entry.compress_size > end for entry, end in zip(ordered, ends, strict=True))
