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


def states_asked(group: Sequence[Licence], text: str, places: Places, facts: Facts) -> tuple[tuple[str, ...], bool]:
    """The states a licence is asked of: those its clause names, else those of the work; and whether all are asked."""
    named = dict.fromkeys(licence.state for licence in group if not licence.assumed and licence.state and licence.state != NATIONAL)
    every = len(named) > 1 and any(BOTH.search(text[one.mention.end : one.mention.end + STATES_AFTER].partition("\n")[0]) for one in group)
    for match in LICENSED_IN.finditer(text):
        line = text[max(0, match.start() - 40) : match.end() + STATES_AFTER].partition("\n")[0]
        found = [] if NEGATED.search(line) else _run(places, text, match.end())
        named |= dict.fromkeys(state for state, _ in found)
        listed = text[match.end() : found[-1][1] + 14] if found else ""
        every = every or (len(found) > 1 and not ONE_OF.search(listed) and bool(EACH.search(listed) or len(found) == 2))
    elsewhere = facts.remote or not facts.place_spans
    own = list(named) if named and (elsewhere or every) else [state for state in named if state in facts.states]
    return tuple(own) or facts.states, every


def _run(places: Places, text: str, at: int) -> list[tuple[str, int]]:
    """The states named one after another from a place on, with where each ends."""
    found: list[tuple[str, int]] = []
    for mention in places.named(at, at + STATES_AFTER):
        gap = text[found[-1][1] if found else at : mention.start]
        if len(gap) > 24 or re.search(r"[.;\n]", gap):
            break
        found.append((mention.state, mention.end))
    return found
