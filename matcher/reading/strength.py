"""How firmly a text makes a claim: the cue in the clause decides, from the brackets outward, then the section."""

from __future__ import annotations

import re
from functools import lru_cache

from matcher.document import Kind
from matcher.profile import Strength
from matcher.reading.grammar import Clause, Hits, clause_around
from matcher.reading.headings import names_job
from matcher.reading.sections import Section
from matcher.vocabulary.cues import Cues
from matcher.words import either

__all__ = ["Clause", "StrengthReader", "clause_around"]

PAPERS = frozenset({"certification", "degree"})  # what a posting that just names it asks for: "BSW, CPR card."
HOLDABLE = frozenset({"licence", "certification", "degree", "language"})

POINTING = re.compile(r"\b(?:hours|credits?|progress|working|studying) towards?\b|\bpursuing\b", re.IGNORECASE)  # speaks of what follows it
TOLD_OF = re.compile(  # before a mention: more than a list of what is asked for
    r"\b(?:our|their|his|her|whose|team|staff|colleagues?|your?|we|with an?|by an?|under"
    r"|being|is|are|was|were|be|have|has|can|may|who|which|that|such as|includ\w+)\b",
    re.IGNORECASE,
)
OF_SOME = either(  # words before what only some applicants are asked for
    r"\bfor (?:applicants|candidates|those|anyone) (?:who|that|with) [^.;,]{0,24}$",
    r"\b(?:only if they are|but I am|however,? I am|not accredited\b[^.;]{0,80})(?: currently)?(?: board certified by the)? $",
)
STUDIED = re.compile(  # behind a degree that is not earned yet
    r"\(c\)|[\s,]+(?:(?:degree|program)\s)?(?:student|candidate|candidacy)\b"
    r"|[^.;\n]{0,80}\b(?:expected|anticipated|in progress|all but dissertation|ABD|defense planned)\b",
    re.IGNORECASE,
)
STUDYING = re.compile(  # before such a degree
    r"\b(?:ABD\b|all but dissertation|goals?:|(?:(?:doctoral|graduate) )?(?:student|candidate) (?:for|in)|enrolled in"
    r"|(?:first|second|third|fourth|last|final)[- ]year"
    r"|(?:apply|applying|applied|accepted|admitted) (?:to|into))[^.;:\n]{0,30}$",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(r"\b(?:I(?=\s[a-z]|[’'])|[Mm]y)\b")

BEFORE, AFTER = 90, 70  # characters of a clause in which a denial reaches the mention
ABILITY_AFTER = 60  # characters in which "experience" makes "EMDR experience required" an ask
TRAINING_BEFORE, TRAINING_AFTER = 60, 40  # the same for a training cue
SAID_BEFORE = 70  # characters before a mention that say a degree is not earned yet, or who only is asked
TOLD = 120  # characters before a mention in which "I" makes a list of skills a narrative
LONGEST_LIST = 12  # words before a mention that may be no more than a list
KEPT = 8  # texts whose cues are remembered

UNSAID = (Section.BODY, Section.DUTIES)
SHOWN = (Section.EXPERIENCE, Section.BODY)
_BASE_POSTING = {
    Section.TITLE: Strength.REQUIRED,  # "LCSW therapist" asks for the licence; "outpatient therapist" says where
    Section.REQUIRED: Strength.REQUIRED,
    Section.PREFERRED: Strength.PREFERRED,
    Section.OFFER: Strength.OFFERED,
    Section.NOT: Strength.EXCLUDED,
}


class _Scope:
    """The cues of a clause, before and after a mention."""

    def __init__(self, hits: Hits, clause: Clause, low: int, high: int, inside: bool) -> None:
        self.text, self.start, self.end, self.low, self.high = clause.text, clause.start, clause.end, low, high
        self._hits, self._inside = hits, inside

    def has(self, use: str, before: int | None = None, after: int | None = None) -> bool:
        """Whether a cue stands in the clause, at most so many characters before or after the mention."""
        low = self.low if before is None else max(self.low, self.start - before)
        high = self.high if after is None else min(self.high, self.end + after)
        return self._hits.of(use, self._inside).between(low, high)

    def last(self, use: str, reach: int | None = None) -> int:
        """Where the last cue before the mention ends, or -1."""
        return self._hits.of(use, self._inside).last(self.low if reach is None else max(self.low, self.start - reach), self.start)

    def follows(self, use: str, reach: int | None = None) -> bool:
        """Whether a cue stands after the mention."""
        return self._hits.of(use, self._inside).between(self.end, self.high if reach is None else min(self.high, self.end + reach))

    def denied(self) -> bool:
        """Whether a denial reaches the mention: not over a colon, nor over a comma with a new verb."""
        denial = self.last("denied_before", BEFORE)
        if denial >= 0 and ":" not in self.text[denial : self.start]:
            comma = self.text.find(",", denial, self.start)
            return comma < 0 or not self._hits.of("practised", self._inside).between(comma, self.start)
        return self.follows("denied_after", AFTER)

    def learnt(self) -> bool:
        """Whether a word of training stands near, with no word of practice between it and the mention."""
        learnt, done = self.last("training", TRAINING_BEFORE), self.last("practised", TRAINING_BEFORE)
        if learnt >= 0 or done >= 0:
            return learnt > done
        comma = self.text.find(",", self.end, self.high)
        if POINTING.search(self.text, self.end, min(self.high, self.end + TRAINING_AFTER)):
            return False
        return self.follows("training", TRAINING_AFTER) or self.follows("trained", min(TRAINING_AFTER, comma - self.end) if comma >= 0 else TRAINING_AFTER)

    def studied(self) -> bool:
        """Whether a degree is on its way: 'PhD candidate', 'MSW, expected May 2027'."""
        low = max(0, self.start - SAID_BEFORE)
        return bool(STUDIED.match(self.text, self.end) or STUDYING.search(self.text, low, self.start))

    def of_some(self) -> bool:
        """Whether only some are asked: "not accredited, but I am currently board certified by"."""
        return bool(OF_SOME.search(self.text, max(0, self.start - SAID_BEFORE), self.start))

    def bare(self) -> bool:
        """Whether the clause is a list without a verb, so that naming a thing in it asks for it: "BSW, valid licence"."""
        if len(self.text[self.low : self.start].split()) > LONGEST_LIST or self.has("practised"):
            return False
        return not TOLD_OF.search(self.text, self.low, self.start)

    def demands(self) -> bool:
        """Whether the clause asks for something, firmly or by saying whom it looks for."""
        return self.has("required") or self.has("wanted")

    def softened(self) -> bool:
        """Whether "preferred" speaks of this mention, where the clause demands something else: "preferred: A, B required"."""
        if not self.has("preferred"):
            return False
        if not self.has("required"):
            return True
        soft, hard = self.last("preferred"), self.last("required")
        soft_next, hard_next = self._next("preferred"), self._next("required")
        following = min((place for place in (soft_next, hard_next) if place >= 0), default=-1)
        direct = following >= 0 and "," not in self.text[self.end : following]  # "A, B preferred": of B at least
        parted = max(soft, hard) < 0 or "," in self.text[max(soft, hard) : self.start]
        if following >= 0 and (max(soft, hard) < 0 or (direct and parted)):
            return following == soft_next
        return soft >= hard

    def _next(self, use: str) -> int:
        return self._hits.of(use, self._inside).first(self.end, self.high)


class StrengthReader:
    """Reads strengths by the cues of the vocabulary."""

    def __init__(self, cues: Cues) -> None:
        self._hits = lru_cache(maxsize=KEPT)(lambda text: Hits(text, cues))

    def strength(self, kind: Kind, category: str, section: Section, clause: Clause) -> Strength:
        """The strength of a mention of a category in a section, by the cues of its clause."""
        hits = self._hits(clause.text)
        scopes = [_Scope(hits, clause, *scope) for scope in clause.scopes]
        sentence = _Scope(hits, clause, *clause.sentence, False)
        aside = _Scope(hits, clause, *clause.aside, True) if clause.aside else None
        return (_asked if kind is Kind.POSTING else _claimed)(category, section, scopes, sentence, aside)


def _asked(category: str, section: Section, scopes: list[_Scope], sentence: _Scope, aside: _Scope | None) -> Strength:
    """On a posting: by a cue, else by the section."""
    held = category in HOLDABLE
    if section is Section.TITLE and not held:
        return Strength.CONTEXT
    if held and scopes[0].of_some():
        return Strength.CONTEXT
    if aside and aside.softened():
        return Strength.PREFERRED
    if aside and held and aside.has("required") and not aside.has("not_needed"):
        return Strength.REQUIRED
    said = (_asked_by_cue(section, scope, sentence) for scope in scopes)
    return next(filter(None, said), None) or _asked_by_section(category, section, scopes)


def _asked_by_cue(section: Section, scope: _Scope, sentence: _Scope) -> Strength | None:
    if scope.has("not_needed"):
        return Strength.PREFERRED if section is Section.PREFERRED or sentence.has("preferred") else Strength.EXCLUDED
    if scope.denied():
        return Strength.EXCLUDED
    if scope.softened():
        return Strength.PREFERRED
    return Strength.OFFERED if scope.has("offered", BEFORE, AFTER) else None


def _asked_by_section(category: str, section: Section, scopes: list[_Scope]) -> Strength:
    held = category in HOLDABLE
    base = _BASE_POSTING.get(section, Strength.CONTEXT)
    if base is Strength.CONTEXT:
        return _asked_unsaid(category, section, scopes)
    if base is Strength.PREFERRED and scopes[0].follows("required"):
        return Strength.REQUIRED
    if base is Strength.REQUIRED and not held and any(scope.last("scope") >= 0 for scope in scopes):
        return Strength.CONTEXT
    if base is Strength.OFFERED and (not held or scopes[-1].last("required") >= 0 or scopes[-1].last("wanted") >= 0):
        return Strength.CONTEXT
    return base


def _asked_unsaid(category: str, section: Section, scopes: list[_Scope]) -> Strength:
    """Where the section says nothing: by a demand, a list of papers, or a word of interest."""
    held = category in HOLDABLE
    if any(scope.demands() and (held or scope.has("ability", None, ABILITY_AFTER)) for scope in scopes):
        return Strength.REQUIRED
    if section in UNSAID and category in PAPERS and scopes[-1].bare():
        return Strength.REQUIRED
    open_to = not held and category != "setting" and any(scope.last("open", BEFORE) >= 0 for scope in scopes)
    return Strength.PREFERRED if open_to else Strength.CONTEXT


def _claimed(category: str, section: Section, scopes: list[_Scope], sentence: _Scope, aside: _Scope | None) -> Strength:
    """On a resume: by a cue, else by the section."""
    held = category in HOLDABLE
    said = (_claimed_by_cue(held, section, scope, scope is aside) for scope in ([aside, *scopes] if aside else scopes))
    strength = next(filter(None, said), None)
    if strength or section is Section.NOT:
        return strength or Strength.EXCLUDED
    if category == "degree" and scopes[0].studied():
        return Strength.TRAINING
    if held:
        spoken = category == "language" and section in SHOWN and sentence.last("practised") >= 0 and not sentence.has("speaks")
        return Strength.PRACTISED if spoken else Strength.HELD
    return _shown(section, scopes, sentence)


def _claimed_by_cue(held: bool, section: Section, scope: _Scope, aside: bool) -> Strength | None:
    if not aside and scope.denied():
        return Strength.TRAINING if held and scope.has("not_yet") else Strength.EXCLUDED
    if held and (scope.has("lapsed") or scope.last("past", BEFORE) >= 0):
        return Strength.LAPSED
    if section is Section.SEEKING and not held:
        return Strength.LISTED
    learnt = scope.has("training") if aside else scope.learnt()
    return Strength.TRAINING if learnt else None


def _shown(section: Section, scopes: list[_Scope], sentence: _Scope) -> Strength:
    """Whether work shows it, by the section and the words of the sentence."""
    done = any(scope.last("practised") >= 0 for scope in scopes)
    told = done and bool(FIRST_PERSON.search(sentence.text, max(sentence.low, sentence.start - TOLD), sentence.start))
    if section is Section.TRAINING:
        return Strength.PRACTISED if done else Strength.TRAINING
    if section is Section.BODY:
        return Strength.LISTED if sentence.has("seeking") and not done else Strength.PRACTISED
    if section is Section.TITLE:  # "Telehealth therapist for couples" below a name
        return Strength.PRACTISED if names_job(sentence.text[sentence.low : sentence.high]) else Strength.LISTED
    shown = {Section.EXPERIENCE: True, Section.SUMMARY: done, Section.SKILLS: told}
    return Strength.PRACTISED if shown.get(section, told or sentence.has("placement")) else Strength.LISTED
