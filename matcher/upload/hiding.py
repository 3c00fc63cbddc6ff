"""The hidden text of a document, gathered a reason at a time; and how two colours contrast."""

from __future__ import annotations

from dataclasses import dataclass, field

from matcher.upload.upload import OPENING, REASONS, Hidden

CONTRAST = 1.5  # below it a reader sees nothing: 1 is the same colour, 21 black on white
SMALLEST = 4.0  # points
RGB = tuple[int, int, int]


@dataclass
class Gathered:
    """Hidden text by its reason, in the order in which it was met."""

    counts: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def add(self, reason: str, text: str) -> None:
        """Count a stretch of hidden text; blanks count nothing."""
        letters = sum(not letter.isspace() for letter in text)
        if letters:
            self.counts[reason] = self.counts.get(reason, 0) + letters
        if len(self.words.get(reason, "")) < OPENING:
            self.words[reason] = (self.words.get(reason, "") + text)[: 2 * OPENING]

    @property
    def characters(self) -> int:
        """How many characters are hidden, without blanks."""
        return sum(self.counts.values())

    def hidden(self) -> tuple[Hidden, ...]:
        """One entry a reason; a stray comma or dot is none."""
        told = [one for one in REASONS if any(map(str.isalnum, self.words.get(one, "")))]
        return tuple(Hidden(one, self.counts[one], " ".join(self.words[one].split())[:OPENING]) for one in told)


def grey(colour: RGB) -> float:
    """The brightness of a colour as a page is rendered, 0 to 255."""
    red, green, blue = colour
    return (30 * red + 59 * green + 11 * blue) / 100


def contrast(one: float, other: float) -> float:
    """The ratio of two brightnesses (0 to 255) by the formula of WCAG: 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(brightness: float) -> float:
    share = brightness / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
