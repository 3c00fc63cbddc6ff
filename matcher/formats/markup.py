"""HTML <-> text: paragraphs and list items on lines of their own; what a browser does not show is dropped.

The scanner is our own: that of the standard library takes seconds for 20 kB of unfinished tags, time that grows with the
square of the length, and raises AssertionError for others (Python 3.11.7, measured). This one reads every character once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import groupby

ITEM = "- "  # before the text of a list item

_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)((?:[^"'<>]++|"[^"<]*+"|'[^'<]*+')*+)>""")
_ANY_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|span|b|strong|em|i|a|table|tr|td|script|style)\b[^<>]*>", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|br|div|li|ul|ol|h[1-6]|strong|span)\b", re.IGNORECASE)
_BULLET = re.compile(r"[-•*] (?=\S)")
_ATTRIBUTE = re.compile(r"""([^\s=/"']++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"']*+))?""")
_HIDDEN_STYLE = re.compile(r"display:none|visibility:hidden|font-size:0(?![.\d]*[1-9])")
_RAW = frozenset(["script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "head", "select", "textarea", "audio", "video"])
_VOID = frozenset(["br", "hr", "img", "input", "meta", "link", "wbr", "area", "base", "col", "embed", "source", "track"])
_PARAGRAPHS = frozenset(
    ["p", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "section", "article", "hr", "pre", "header", "footer", "fieldset"]
)
_LINES = frozenset(["div", "li", "tr", "dt", "dd", "br", "main", "nav", "aside", "figure", "figcaption", "address", "form", "caption", "body", "html"])
_CELLS = frozenset(["td", "th"])
_LISTS = frozenset(["ul", "ol"])
_CLOSED_BY_NEXT = frozenset(["p", "li", "td", "th", "tr", "dt", "dd"])


def to_text(source: str) -> str:
    """The text that a browser would show; plain text without any tag keeps its lines."""
    if not _ANY_TAG.search(source):
        if not _ESCAPED_TAG.search(source):
            return html.unescape(source).replace("\r\n", "\n").strip()
        source = html.unescape(source)  # HTML that was escaped as a whole, as feeds do
    page = _Page()
    for name, closing, attributes, between in _tokens(source):
        page.text(between)
        if name:
            page.tag(name, closing, attributes)
    return page.ended()


def to_html(text: str) -> str:
    """The text as paragraphs and lists, `<p>`, `<br>`, `<ul>` and `<li>` only; nothing in it can be a tag."""
    return "".join(_block(lines) for empty, lines in groupby(text.split("\n"), key=lambda line: not line.strip()) if not empty)


def _block(lines: Iterable[str]) -> str:
    found = []
    for listed, group in groupby(lines, key=lambda line: bool(_BULLET.match(line))):
        escaped = [html.escape(line[len(ITEM) :] if listed else line, quote=False) for line in group]
        found.append("<ul>" + "".join(f"<li>{line}</li>" for line in escaped) + "</ul>" if listed else "<p>" + "<br>".join(escaped) + "</p>")
    return "".join(found)


def _tokens(source: str) -> Iterator[tuple[str, bool, str, str]]:
    """Every tag with the text before it: name, whether it closes, attributes, text; at the end the text alone."""
    at = begun = 0
    while (at := source.find("<", at)) >= 0:
        end, name, closing, attributes = _tag(source, at)
        if end == at:
            at += 1
            continue
        yield name, closing, attributes, source[begun:at]
        at = begun = end
    yield "", False, "", source[begun:]


def _tag(source: str, at: int) -> tuple[int, str, bool, str]:
    """Where the tag or comment at an offset ends, and what it is; its own offset where none is there."""
    if source.startswith(("<!", "<?"), at):
        mark = "-->" if source.startswith("<!--", at) else ">"
        end = source.find(mark, at)
        return (len(source) if end < 0 else end + len(mark)), "", False, ""
    match = _TAG.match(source, at)
    if not match:
        return at, "", False, ""
    slash, name, attributes = match.groups()
    name = name.lower()
    end = match.end()
    if name in ("script", "style") and not slash:  # what is in them is no markup
        close = re.compile(rf"</{name}", re.IGNORECASE).search(source, end)
        end = close.start() if close else len(source)
    return end, name, bool(slash), attributes


def _hides(attributes: str) -> bool:
    """Whether the attributes of an element keep it from being shown."""
    if "hidden" not in attributes.lower() and "style" not in attributes.lower():
        return False
    found = {match[1].lower(): match[2] or "" for match in _ATTRIBUTE.finditer(attributes)}
    return "hidden" in found or bool(_HIDDEN_STYLE.search("".join(found.get("style", "").lower().split())))


class _Page:
    """The lines of a page as its tags and texts come."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._mark = ""  # of the list item whose text has not come yet
        self._gap = False  # an empty line comes before the next text
        self._lists = 0
        self._hidden: tuple[str, int] | None = None  # the element that hides, and how many of its name are open

    def text(self, source: str) -> None:
        """Text between tags."""
        if not self._hidden:
            self._line.append(html.unescape(source))

    def tag(self, name: str, closing: bool, attributes: str) -> None:
        """A tag that opens or closes an element."""
        if self._hidden and not self._shown_again(name, closing):
            return
        if not closing and name not in _VOID and (name in _RAW or _hides(attributes)):
            self._hidden = (name, 1)
            return
        if name in _CELLS:
            self._line.append(" ")
        if name in _PARAGRAPHS or name in _LINES:
            self._end_line(empty=name == "br")
            self._begin(name, closing)

    def _begin(self, name: str, closing: bool) -> None:
        """What stands between the line that ended and the next."""
        if name in _LISTS:
            self._lists = max(0, self._lists + (-1 if closing else 1))
        if name in _PARAGRAPHS and not self._lists:
            self._gap = True
        elif name in _LISTS and not closing:
            self._gap = False  # a list stands right below the line that introduces it
        if name == "li":
            self._mark = "" if closing else ITEM

    def ended(self) -> str:
        """All the text."""
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _shown_again(self, name: str, closing: bool) -> bool:
        """Whether a tag ends the hidden element and is to be taken itself."""
        assert self._hidden
        hiding, open = self._hidden
        if name != hiding:
            return False
        if not closing and name in _CLOSED_BY_NEXT:
            self._hidden = None
            return True
        open += -1 if closing else 1
        self._hidden = (hiding, open) if open else None
        return False

    def _end_line(self, empty: bool = False) -> None:
        line = re.sub(r"[ \t\r\n\f]+", " ", "".join(self._line)).strip(" \t\r\n\f")
        self._line = []
        if line.strip():
            if self._gap and self._lines and self._lines[-1]:
                self._lines.append("")
            self._lines.append(self._mark + line)
            self._gap, self._mark = False, ""
        elif empty and self._lines and self._lines[-1]:
            self._lines.append("")
