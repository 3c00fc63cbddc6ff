"""What stands around some words: the sentence they are part of, and whether it is said of them at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.document import Kind
from matcher.reading.sections import Section, Sections
from matcher.words import either

BEFORE, AFTER = 90, 60  # characters of a sentence in which words bear on others
END = re.compile(r"[.!?](?=\s)|[;•●▪|]|\n(?! ?[a-z(])")  # a line that begins small goes on
NOT = (
    r"(?:no|not|never|without|zero|neither|nor|(?:is|are)n[’']t|(?:do|does|will|ca|wo)(?:n[’']?t| ?not)"
    r"(?: (?:do|have|offer|use|hire|accept|take|work|require|consider))?|free of)"
)
TIMES = r"(?:evenings?|weekends?|nights?|overnights?|holidays?|on[- ]call|Saturdays?|Sundays?|shifts?)"
CARRIED = (  # over these words a denial reaches
    rf"(?:an?|any|the|to|be|go|back|work\w*|requir\w*|mandatory|regular|late|call|hours|or|and|nor|{TIMES}"
    r"|W-?2s?|1099s?|full|part|time|remote|per|diem|PRN|hiring|accepting|offer\w*|seeking|interns?|independent)"
)
DENIED = either(  # « and » stand around the words in question
    rf"\b{NOT}(?:[\s/&-]+{CARRIED}){{0,8}}[\s/&-]*«",
    rf"\b{NOT}(?:[\s,/&-]+(?:{TIMES}|required|late|hours|or|and)){{1,8}}[\s,/&-]*«{TIMES}",  # no nights, weekends or holidays
    rf"»(?:[\s/&-]+(?:and|or|{TIMES}|work|duty|duties|hours|rotation|coverage|positions?|is|are|will|be|optional)){{0,4}}[\s:(-]+"
    r"(?:not (?:\w+ed|necessary|available|an option|part|possible|mandatory)\b|never|none\b|off\b|n/a|free\b(?! super))",
)
WISH = either(
    r"\b(?:seek\w*|looking for|want|prefer|would (?:like|need|accept|consider)|availab\w+|willing|open to|happy to|hoping|desired?|expect(?:ing|ed"
    r"|ations?)?|asking)\b[^«]*«",
    r"\bsalary requirements?\b[^«]*«|»[^»]{0,20}\b(?:acceptable|preferred|ok|okay|welcome|desired)\b",
)
HISTORY = (Section.EXPERIENCE, Section.EDUCATION, Section.TRAINING, Section.SKILLS)


@dataclass(frozen=True, slots=True)
class Page:
    """A text with its sections and its kind."""

    text: str
    sections: Sections
    kind: Kind

    def before(self, start: int, since: int = 0) -> str:
        """What its sentence says before an offset, as far as it bears on it and not before offset `since`."""
        near = self.text[max(since, start - BEFORE) : start]
        return near[max((match.end() for match in END.finditer(near)), default=0) :]

    def frame(self, start: int, end: int) -> str:
        """The sentence around some words, which stand in « »."""
        near = self.text[end : end + AFTER]
        stop = END.search(near)
        return f"{self.before(start)}«{self.text[start:end]}»{near[: stop.start()] if stop else near}"

    def says(self, start: int, end: int) -> bool:
        """Whether the document says of itself what some words state: it denies none, and a resume wishes it."""
        if not self.speaks(start):
            return False
        frame = self.frame(start, end)
        return not DENIED.search(frame) and (self.kind is Kind.POSTING or self._wishes(start, frame))

    def speaks(self, start: int) -> bool:
        """Whether a document can speak of its own terms at an offset: a resume does not in its history."""
        return self.kind is Kind.POSTING or self.sections.at(start) not in HISTORY

    def _wishes(self, start: int, frame: str) -> bool:
        return self.sections.at(start) is Section.SEEKING or bool(WISH.search(frame))
