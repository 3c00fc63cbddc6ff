"""Rows of a page -> lines of text: what was wrapped at the margin is one line again, words broken there are whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from matcher.upload.layout import BULLETS, Block, Row, Run

LOOSE = 1.5  # of the usual distance of rows, from which an empty line stands between them
NEAR = 0.08  # of the width of a block: rows that end so near its edge were wrapped there
SEVERAL = 3
INDENT = 2.5  # sizes by which the rows of a paragraph may begin apart
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z])[.)]\s")
_OPEN = re.compile(r"(?:,|&|\b(?:and|or|in|of|the|for|with|to|a|an|at|by|from|as|on))$")  # words after which a sentence goes on
_HEADING = re.compile(r"[^\s.]+(?: [^\s.]+){0,2}")
_BROKEN = re.compile(r"([A-Za-z]+)-$")
_COMPOUND = re.compile(  # beginnings of words that keep their hyphen
    r"self|co|non|post|anti|cross|evidence|trauma|client|person|family|full|part|long|short|high|low|well"
    r"|solution|strength|strengths|goal|problem|one|two|three|four|half|follow|drop|walk|dual|peer|school|community|home"
    r"|face|group|day|time|based|focused|oriented|informed|centered|driven|culturally|licensed|board|year|hour|week|crisis|mental"
    r"|detail|team|decision|results|hands|cost|front|back|bottom|first|second|third"
)


def lines(block: Block) -> list[str]:
    """The lines of a block; cells of a row are parted by a tab, groups of rows by an empty line."""
    gaps = [below[0].base - row[0].base for row, below in pairwise(block)]
    usual = median(gaps) if gaps else 0.0
    edge = _edge(block)
    found = ["\t".join(cell.text.strip() for cell in block[0])]
    for row, below, gap in zip(block, block[1:], gaps, strict=False):
        text = "\t".join(cell.text.strip() for cell in below)
        if _continues(row, below, gap, usual, edge):
            found[-1] = _mended(found[-1], text)
        else:
            found += [""] * (gap > LOOSE * usual) + [text]
    return found


@dataclass(frozen=True, slots=True)
class _Edge:
    """Where the rows of a block end at the right, in points, and whether several do."""

    right: float
    common: bool


def _edge(block: Block) -> _Edge:
    right, left = max(row[-1].right for row in block), min(row[0].left for row in block)
    return _Edge(right, sum(row[-1].right > right - NEAR * (right - left) for row in block) >= SEVERAL)


def _continues(row: Row, below: Row, gap: float, usual: float, edge: _Edge) -> bool:
    """Whether a row goes on in the next one: its beginning would not have fitted, and the words do not speak against it."""
    if len(row) > 1 or len(below) > 1:
        return False
    one, next = row[0], below[0]
    text = next.text.strip()
    if not text or text[0] in BULLETS - {"o", "-"} or text[:2] in ("o ", "- ") or _NUMBERED.match(text):
        return False
    bulleted = one.text.strip()[:1] in BULLETS or _NUMBERED.match(one.text.strip())
    shift = next.left - one.left
    if not (-0.5 * one.size <= shift <= 4 * one.size if bulleted else abs(shift) <= INDENT * one.size):
        return False
    alike = abs(one.size - next.size) <= 0.1 * one.size and gap <= 1.25 * max(usual, 1.2 * one.size)
    return alike and _goes_on(one.text.strip(), text, edge.common, one.right + _first_word(next) > edge.right)


def _goes_on(before: str, text: str, common: bool, full: bool) -> bool:
    """Whether the words of two rows belong together; `full` says that the first row had no room, `common` that many end where it ends."""
    if _BROKEN.search(before) and text[0].islower():
        return True
    return full and (text[0].islower() or bool(_OPEN.search(before)) or (common and before[-1:] not in ".!?:;" and not _HEADING.fullmatch(text)))


def _first_word(run: Run) -> float:
    """The width of the first word of a run with the blank before it, in points."""
    text = run.text.strip()
    return (len(text.split()[0]) + 1) / len(text) * (run.right - run.left)


def _mended(before: str, text: str) -> str:
    broken = _BROKEN.search(before)
    if not broken or not text[:1].islower():
        return f"{before} {text}"
    return before + text if _COMPOUND.fullmatch(broken[1].lower()) else before[:-1] + text


def joined(parts: Sequence[Block]) -> str:
    """The text of blocks in their order, an empty line between two."""
    return "\n\n".join("\n".join(lines(block)) for block in parts)
