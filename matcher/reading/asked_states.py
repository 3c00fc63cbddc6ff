"""The states of which a posting asks a licence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher.profile import NATIONAL, Facts, Licence
from matcher.reading.places import Places
from matcher.sought import sought
from matcher.words import either

ONE_OF = either(r"\bor\b|\beither\b|\bone of\b|\bany of\b")
STATES_AFTER = 90  # characters after "licensed in" in which the states stand
LICENSED_IN = sought(r"\blicen[sc](?:ed|es?|ure)\b[^.;\n]{0,40}\b(?:in|by|from|of|for)\b", r"\b(?:hold|holds|holding|have|with)\b[^.;\n]{0,30}$")
NEGATED = either(r"\b(?:not|no|cannot|isn.t|aren.t|doesn.t|won.t|can.t|never|nor|except)\b")
BOTH = re.compile(r"^[^.;]{0,60}\bAND\b|^[^.;]{0,80}\band\b[^.;]{0,30}\bboth\b")
EACH = either(r"\bboth\b|\beach\b|\ball\b|\bas well as\b|\bdual(?:ly)?[ -]licen")


class AskedStates:
    """The states of which one posting asks licences."""

    def __init__(self, text: str, places: Places, facts: Facts) -> None:
        self._text, self._facts = text, facts
        self._said: dict[str, None] = {}  # behind "licensed in", wherever that stands
        self._each = False  # whether all of them are asked
        for match in LICENSED_IN.finditer(text):
            line = text[max(0, match.start() - 40) : match.end() + STATES_AFTER].partition("\n")[0]
            found = [] if NEGATED.search(line) else _run(places, text, match.end())
            self._said |= dict.fromkeys(state for state, _ in found)
            listed = text[match.end() : found[-1][1] + 14] if found else ""
            self._each = self._each or (len(found) > 1 and not ONE_OF.search(listed) and bool(EACH.search(listed) or len(found) == 2))

    def of(self, group: Sequence[Licence]) -> tuple[tuple[str, ...], bool]:
        """The states some licences are asked of: those that are named with them, else those of the work; and whether all are asked."""
        named = dict.fromkeys(licence.state for licence in group if not licence.assumed and licence.state and licence.state != NATIONAL)
        every = self._each or (len(named) > 1 and any(BOTH.search(self._behind(licence)) for licence in group))
        named |= self._said
        elsewhere = self._facts.remote or not self._facts.place_spans
        own = list(named) if named and (elsewhere or every) else [state for state in named if state in self._facts.states]
        return tuple(own) or self._facts.states, every

    def _behind(self, licence: Licence) -> str:
        """The line behind a licence, as far as it can speak of its states."""
        end = licence.mention.end
        return self._text[end : end + STATES_AFTER].partition("\n")[0]


def _run(places: Places, text: str, at: int) -> list[tuple[str, int]]:
    """The states named one after another from a place on, with where each ends."""
    found: list[tuple[str, int]] = []
    for mention in places.named(at, at + STATES_AFTER):
        gap = text[found[-1][1] if found else at : mention.start]
        if len(gap) > 24 or re.search(r"[.;\n]", gap):
            break
        found.append((mention.state, mention.end))
    return found
