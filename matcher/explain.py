"""Match -> words, quoting both texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matcher.ledger import Match, Part, Verdict
from matcher.profile import Mention, Profile, Strength
from matcher.verdict import TEXTS, Eligibility, Finding, Standing, in_the_way
from matcher.verdict import Verdict as Licensed
from matcher.vocabulary import Vocabulary

QUOTES = 3  # quotes shown of each text for one part
NOTED = ("licence", "requirements", "level", "place", "experience", "similarity", "favoured")  # lines that their note tells whole
LABELS = {
    "licence": "Licence",
    "requirements": "Other hard requirements",
    "level": "Level",
    "profession": "Profession",
    "place": "State and place",
    "modalities": "Methods",
    "clients": "Clients and problems",
    "setting": "Setting",
    "duties": "Duties and tools",
    "credentials": "Degrees and certificates",
    "language": "Languages",
    "experience": "Years of experience",
    "similarity": "Likeness of the texts",
    "favoured": "Favoured by the question",
}
WHOLE = {"requirements": "degree, language and certificates", "level": "level of licence or degree", "similarity": "wording as a whole"}
SAID = {
    Strength.PRACTISED: "shown in the work history",
    Strength.HELD: "held",
    Strength.LISTED: "listed",
    Strength.TRAINING: "in training or only familiar",
    Strength.LAPSED: "lapsed or in the past",
    Strength.EXCLUDED: "expressly not",
}
ASKED = {Strength.REQUIRED: "required", Strength.PREFERRED: "preferred", Strength.CONTEXT: "part of the work"}
ELIGIBILITY = {
    Licensed.ELIGIBLE: "eligible now",
    Licensed.AS_ALLOWED: "eligible as the posting itself allows",
    Licensed.COMPACT: "eligible through a compact, once the privilege is requested",
    Licensed.NOT_DETERMINED: "eligibility not determined",
    Licensed.COMPACT_PENDING: "needs a licence in the state; a compact is enacted but not issuing",
    Licensed.NEEDS_STATE: "needs a licence in the state",
    Licensed.PENDING: "not eligible yet: the licence is pending",
    Licensed.LEVEL_TOO_LOW: "not eligible: the licence level is too low",
    Licensed.OTHER_LICENCE: "not eligible: another licence is asked for",
    Licensed.UNLICENSED: "not eligible: no licence is held now",
    Licensed.NOT_ASKED: "no licence asked for",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words verbatim: `words` equals document.field[start:end]."""

    field: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the ledger in words."""

    part: Part
    group: str
    label: str
    sentence: str
    posting: tuple[Quote, ...]
    resume: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Hard:
    """One hard requirement in words: how it stands, the rule with its date and reference mark, and the words it rests on.

    `verified`: the mark names a source; else the rule is general knowledge that nobody checked (domain reference, mark G).
    """

    what: str
    standing: Standing
    rule: str
    as_of: str
    evidence: str
    verified: bool
    posting: tuple[Quote, ...]
    resume: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in a text that a person should look at, with its words."""

    document: str
    name: str
    message: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a match scored as it did. The lines are the parts, in order, and nothing else counted.

    `verdict` says in a few words how all hard requirements stand; `hard` are these, which decide `standing`.
    `rule`, `as_of` and `verified` are those of the licence.
    """

    summary: str
    verdict: str
    eligibility: str
    rule: str
    as_of: str
    evidence: str
    verified: bool
    standing: Standing
    standing_words: str
    hard: tuple[Hard, ...]
    doubts: tuple[Doubt, ...]
    lines: tuple[Line, ...]
    in_common: tuple[str, ...]
    partly: tuple[str, ...]  # of what is in common, what is so only in part
    missing: tuple[str, ...]
    not_stated: tuple[str, ...]
    question: str | None


def explain(match: Match, vocabulary: Vocabulary) -> Explanation:
    """The match in words."""
    lines = tuple(_line(part, match, vocabulary) for part in match.parts)
    skills = [line for line in lines if line.part.posting and line.part.name not in WHOLE]
    return Explanation(
        summary=_summary(match, lines),
        verdict=_verdict(match.eligibility),
        eligibility=ELIGIBILITY[match.eligibility.verdict],
        rule=match.eligibility.rule,
        as_of=match.eligibility.as_of,
        evidence=match.eligibility.evidence,
        verified=match.eligibility.licence is None or is_verified(match.eligibility.evidence),
        standing=match.eligibility.standing,
        standing_words=_standing(match.eligibility),
        hard=tuple(_hard(finding, match) for finding in match.eligibility.findings),
        doubts=(*_doubts("posting", match.posting), *_doubts("resume", match.resume)),
        lines=lines,
        in_common=_labels(skills, (Verdict.MET, Verdict.PARTLY)),
        partly=tuple(label for label in _labels(skills, (Verdict.PARTLY,)) if label not in _labels(skills, (Verdict.MET,))),
        missing=_labels(skills, (Verdict.UNMET,)),
        not_stated=_labels(skills, (Verdict.NOT_STATED,)),
        question=_question(lines, match.eligibility),
    )


def is_verified(evidence: str) -> bool:
    """Whether a reference mark names a source (V:S33) or the texts themselves, not general knowledge (G) or both (V:S33; G)."""
    return evidence == TEXTS or (bool(evidence) and all(mark.strip().startswith("V") for mark in evidence.split(";")))


def _verdict(eligibility: Eligibility) -> str:
    """That on the licence, unless another hard requirement is in the way of it."""
    open_ = in_the_way(eligibility.findings)
    if open_ is None or open_.what in ("licence", "country"):
        return ELIGIBILITY[eligibility.verdict]
    return f"{'not eligible' if open_.standing is Standing.NOT_ELIGIBLE else 'not determined'}: {open_.what}"


def _standing(eligibility: Eligibility) -> str:
    deciding = eligibility.deciding
    if deciding is None:
        return "the posting states no hard requirement that was read"
    if eligibility.standing is Standing.ELIGIBLE:
        return "every hard requirement that was read is met"
    met = "is not met" if eligibility.standing is Standing.NOT_ELIGIBLE else "is not stated"
    return f"the hard requirement on {deciding.what} {met}: {deciding.rule}"


def _hard(finding: Finding, match: Match) -> Hard:
    posting, resume = _quotes(match.posting, finding.posting), _quotes(match.resume, finding.resume)
    return Hard(finding.what, finding.standing, finding.rule, finding.as_of, finding.evidence, is_verified(finding.evidence), posting, resume)


def _doubts(document: str, profile: Profile) -> tuple[Doubt, ...]:
    flags = tuple(Doubt(document, flag.name, flag.message, _quotes(profile, (flag.mention,))) for flag in profile.flags)
    notes = {licence.note: licence for licence in profile.licences if licence.note and document == "resume"}
    return flags + tuple(Doubt(document, "wrong_state_title", note, _quotes(profile, (licence.mention,))) for note, licence in notes.items())


def _line(part: Part, match: Match, vocabulary: Vocabulary) -> Line:
    posting, resume = _quotes(match.posting, part.posting), _quotes(match.resume, part.resume)
    label = _label(part, match, vocabulary)
    return Line(part, LABELS[part.name], label, _sentence(part, label, posting, resume), posting, resume)


def _label(part: Part, match: Match, vocabulary: Vocabulary) -> str:
    if part.name == "licence":
        asks = [ask for clause in match.posting.clauses for ask in clause.asks]
        return " or ".join(dict.fromkeys(ask.title for ask in asks)) or "no licence"
    if part.name == "place":
        return ", ".join(match.posting.facts.states) or "outside the United States"
    if part.name == "experience":
        years = match.posting.facts.years
        return f"{years:g} year{'' if years == 1 else 's'}" if years else "years"
    return part.concept.replace("_", " ") if part.name == "favoured" else WHOLE.get(part.name) or vocabulary.name(part.concept)


def _sentence(part: Part, label: str, posting: Iterable[Quote], resume: Iterable[Quote]) -> str:
    if part.name in NOTED:
        return f"{part.note}." if part.note else "not stated in the resume."
    asked = ASKED.get(part.necessity, "named")
    if part.verdict is Verdict.NOT_STATED:
        return f"{label} ({asked}): the resume does not say."
    if part.verdict is Verdict.UNMET and part.name == "profession":
        return f"{label}: the resume is of another profession."
    said = SAID.get(part.resume[0].strength, "named") if part.resume else "named"
    return f"{label} ({asked}): {part.note or said}."


def _summary(match: Match, lines: tuple[Line, ...]) -> str:
    """One sentence: the verdict on the licence, what fits best, and what weighs most among the rest."""
    told = [line for line in lines if line.part.name not in NOTED]
    strong = sorted((line for line in told if line.part.verdict is Verdict.MET), key=lambda line: -line.part.points)
    lost = sorted((line for line in told if line.part.verdict is not Verdict.MET), key=lambda line: line.part.points - line.part.possible)
    fits = _listed(_unique(line.label for line in strong)[:3])
    gaps = _listed(_unique(line.label for line in lost)[:2])
    verdict = ELIGIBILITY[match.eligibility.verdict].capitalize()
    return f"{verdict}{f'; fits on {fits}' if fits else ''}{f'; open or missing: {gaps}' if gaps else ''}."


def _question(lines: tuple[Line, ...], eligibility: Eligibility) -> str | None:
    """The one thing to ask that would narrow the interval most."""
    open_ = max(lines, key=lambda line: line.part.high - line.part.low, default=None)
    if open_ is None or open_.part.verdict is not Verdict.NOT_STATED:
        return None
    width = open_.part.high - open_.part.low
    finding = in_the_way(eligibility.others) if open_.part.name == "requirements" else None
    about = f"the {finding.what} ({finding.rule})" if finding else f"{open_.label} ({open_.group.lower()})"
    return f"Ask first about {about}: the answer is worth up to {width:.1f} points."


def _quotes(profile: Profile, mentions: Iterable[Mention]) -> tuple[Quote, ...]:
    found = []
    for mention in list(mentions)[:QUOTES]:
        field, start, end = profile.locate(mention)
        found.append(Quote(field, start, end, profile.text[mention.start : mention.start + end - start]))
    return tuple(found)


def _labels(lines: Iterable[Line], verdicts: tuple[Verdict, ...]) -> tuple[str, ...]:
    return tuple(_unique(line.label for line in lines if line.part.verdict in verdicts))


def _unique(labels: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(labels))


def _listed(labels: list[str]) -> str:
    return " and ".join([", ".join(labels[:-1]), labels[-1]]) if len(labels) > 1 else "".join(labels)
