"""How firmly a text makes a claim: the nearest cue in the clause decides, then the section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.document import Kind
from matcher.profile import Strength
from matcher.reading.sections import Section

HOLDABLE = frozenset({"licence", "certification", "degree", "language"})
ASIDE = re.compile(r"[^()\n.;,]{0,25}\(([^()\n]{0,80})\)")  # "LCSW in California (lapsed 2019)"
SENTENCE_END = re.compile(r"(?<!\d)[.!?](?=\s)|\n")
NOT_YET = re.compile(r"\bnot yet\b", re.IGNORECASE)
CLAUSE = re.compile(r"[;•●▪|()]|(?<!\d)[.!?](?=\s)|\n|,?\s+\b(?:but|however|although|though|whereas|while|instead)\b", re.IGNORECASE)


BEFORE, AFTER = 90, 70  # characters of a clause in which a denial reaches the mention
ABILITY_AFTER = 30  # characters in which "experience" makes "EMDR experience required" an ask
TRAINING_BEFORE, TRAINING_AFTER = 60, 40  # the same for a training cue

_BASE_POSTING = {
    Section.TITLE: Strength.REQUIRED,
    Section.REQUIRED: Strength.REQUIRED,
    Section.PREFERRED: Strength.PREFERRED,
    Section.OFFER: Strength.OFFERED,
}
_BASE_RESUME = {
    Section.EXPERIENCE: Strength.PRACTISED,
    Section.BODY: Strength.PRACTISED,
    Section.TRAINING: Strength.TRAINING,
}


@dataclass(frozen=True, slots=True)
class Clause:
    """The words around a mention, within one clause: before it, after it, and in the brackets that follow; `rest` is the sentence after it."""

    before: str
    after: str
    aside: str = ""
    rest: str = ""


def clause_around(text: str, start: int, end: int) -> Clause:
    """The clause of a text in which a mention stands."""
    low, high = max(0, start - 240), min(len(text), end + 200)
    before = CLAUSE.split(text[low:start])[-1]
    after = CLAUSE.split(text[end:high])[0]
    aside = ASIDE.match(text, end, high)
    return Clause(before, after, aside.group(1) if aside else "", SENTENCE_END.split(text[end:high])[0])


class StrengthReader:
    """Reads strengths by the cues of the vocabulary."""

    def __init__(self, cues: Mapping[str, re.Pattern[str]]) -> None:
        self._cues = cues

    def strength(self, kind: Kind, category: str, section: Section, clause: Clause) -> Strength:
        """The strength of a mention of a category in a section, by the cues of its clause."""
        return self._posting(category, section, clause) if kind is Kind.POSTING else self._resume(category, section, clause)

    def _in_training(self, clause: Clause) -> bool:
        """Whether a training cue stands near, with no word of practice between it and the mention."""
        before = clause.before[-TRAINING_BEFORE:]
        learnt, done = (max((match.end() for match in self._cues[use].finditer(before)), default=-1) for use in ("training", "practised"))
        return learnt > done or (done < 0 and self._has("training", clause.after[:TRAINING_AFTER], clause.aside))

    def _has(self, use: str, *texts: str) -> bool:
        return any(self._cues[use].search(text) for text in texts)

    def _denied(self, clause: Clause) -> bool:
        before = self._cues["not_a_denial"].sub(" ", clause.before).rpartition(":")[2]
        return self._has("denied_before", before[-BEFORE:]) or self._has("denied_after", clause.after[:AFTER])

    def _posting(self, category: str, section: Section, clause: Clause) -> Strength:
        whole = (clause.before, clause.after)
        if self._has("not_needed", *whole):
            wanted = section is Section.PREFERRED or self._has("preferred", clause.before, clause.rest)
            return Strength.PREFERRED if wanted else Strength.EXCLUDED
        if self._denied(clause):
            return Strength.EXCLUDED
        if self._has("preferred", *whole):
            return Strength.PREFERRED
        if self._has("offered", clause.before[-BEFORE:], clause.after[:AFTER]):
            return Strength.OFFERED
        return self._unmarked(category, section, clause)

    def _unmarked(self, category: str, section: Section, clause: Clause) -> Strength:
        """By the section, where the clause has no cue of its own."""
        base = _BASE_POSTING.get(section, Strength.CONTEXT)
        demanded = self._has("required", clause.before, clause.after)
        if base is Strength.CONTEXT and demanded and (category in HOLDABLE or self._has("ability", clause.before, clause.after[:ABILITY_AFTER])):
            return Strength.REQUIRED
        if base is Strength.OFFERED and (category not in HOLDABLE or self._has("required", clause.before)):
            return Strength.CONTEXT
        return base

    def _resume(self, category: str, section: Section, clause: Clause) -> Strength:
        near = (clause.before[-BEFORE:], clause.after[:AFTER])
        held = category in HOLDABLE
        if self._denied(clause):
            return Strength.TRAINING if held and NOT_YET.search(clause.before) else Strength.EXCLUDED
        if self._has("lapsed", clause.before, clause.after, clause.aside) or (held and self._has("past", near[0])):
            return Strength.LAPSED
        if self._in_training(clause):
            return Strength.TRAINING
        if held:
            return Strength.HELD
        base = _BASE_RESUME.get(section, Strength.LISTED)
        shown = base is Strength.LISTED and section is Section.SUMMARY and self._has("practised", clause.before)
        return Strength.PRACTISED if shown else base
