"""Two profiles and a similarity -> Match: the ledger. The score is the sum of its parts and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from matcher.document import MatcherProblem
from matcher.eligibility import Eligibility, distinct, judge
from matcher.eligibility import Verdict as Licensed
from matcher.profile import Mention, Profile, Strength
from matcher.vocabulary import Vocabulary

TOTAL = 100.0
CENT = 2  # decimals of a point
NEAR, FAR = 0.80, 0.35  # cosines at and above which the texts count as fully alike, and at and below which not at all

EVIDENCE = {  # what a claim on a resume is worth
    Strength.PRACTISED: 1.0,
    Strength.HELD: 1.0,
    Strength.LISTED: 0.75,
    Strength.TRAINING: 0.35,
    Strength.LAPSED: 0.15,
}
NECESSITY = {Strength.REQUIRED: 1.0, Strength.PREFERRED: 0.4, Strength.CONTEXT: 0.3}  # what an ask of a posting weighs
BROADER = 0.4  # what the parent of the concept asked for is worth
UNASKED = 0.5  # the share of the licence points that the profession carries where no licence is asked for
BROADER_PROFESSION, SISTER_PROFESSION = 0.7, 0.4  # therapist for counselor; social worker for counselor
ENOUGH = 2.0  # weight of asks below which a category does not reach its full points: one word is not a profile
LICENSED = {
    Licensed.ELIGIBLE: 1.0,
    Licensed.AS_ALLOWED: 0.95,
    Licensed.COMPACT: 0.6,
    Licensed.NOT_DETERMINED: 0.0,
    Licensed.COMPACT_PENDING: 0.15,
    Licensed.NEEDS_STATE: 0.15,
    Licensed.PENDING: 0.1,
    Licensed.LEVEL_TOO_LOW: 0.1,
    Licensed.OTHER_LICENCE: 0.0,
    Licensed.UNLICENSED: 0.0,
}
GROUPS = {
    "modality": "modalities",
    "population": "clients",
    "problem": "clients",
    "setting": "setting",
    "duty": "duties",
    "instrument": "duties",
    "certification": "credentials",
    "degree": "credentials",
    "language": "language",
}
FAMILY_PROFESSION = {
    "counseling": "profession.counselor",
    "social_work": "profession.clinical-social-worker",
    "marriage_family": "profession.mft",
    "psychology": "profession.psychologist",
    "addiction": "profession.addiction-counselor",
    "nursing": "profession.psychiatric-nurse",
    "medicine": "profession.psychiatrist",
    "behavior_analysis": "profession.behavior-analyst",
    "creative_arts": "profession.creative-arts-therapist",
}


class InvalidWeights(MatcherProblem, ValueError):
    """Weights that cannot be used: names the weight and the reason."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How the 100 points are shared between groups of parts; they are scaled to sum to 100.

    What a posting does not ask for earns nothing, so a posting that says little cannot score high.
    """

    licence: float = 28.0
    profession: float = 12.0
    place: float = 10.0
    modalities: float = 5.0
    clients: float = 8.0
    setting: float = 5.0
    duties: float = 3.0
    credentials: float = 5.0
    language: float = 5.0
    experience: float = 1.0
    similarity: float = 18.0
    worth: Mapping[str, float] = field(init=False, repr=False, compare=False)  # group -> its points of the 100

    def __post_init__(self) -> None:
        given: dict[str, float] = {name: getattr(self, name) for name in weight_names()}
        for name, value in given.items():
            if not 0 <= value <= TOTAL:
                raise InvalidWeights(f"weight {name} is {value}, must be between 0 and {TOTAL:g}")
        total = sum(given.values())
        if not total:
            raise InvalidWeights("all weights are 0; nothing would be scored")
        object.__setattr__(self, "worth", {name: TOTAL * value / total for name, value in given.items()})

    @classmethod
    def from_mapping(cls, values: Mapping[str, float]) -> Weights:
        """The default weights with some replaced; raises InvalidWeights for an unknown name or a bad number."""
        for name in values:
            if name not in weight_names():
                raise InvalidWeights(f"unknown weight {name!r}; the weights are {', '.join(weight_names())}")
        return cls(**values)


def weight_names() -> tuple[str, ...]:
    """The groups of parts that carry weights."""
    return tuple(item.name for item in fields(Weights) if item.init)


class Verdict(StrEnum):
    """Whether a resume answers what a posting asks."""

    MET = "met"
    PARTLY = "partly"
    UNMET = "unmet"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the ledger: what was asked, what answers it, and the points that come of it.

    `low` and `high` are what the line would bring once the text said what it does not say now.
    `posting` and `resume` are all the words that count for it; without those of the resume it earns nothing.
    """

    name: str
    concept: str
    points: float
    possible: float
    verdict: Verdict
    posting: tuple[Mention, ...]
    resume: tuple[Mention, ...]
    necessity: Strength
    low: float
    high: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A posting and a resume compared."""

    posting: Profile
    resume: Profile
    similarity: float
    eligibility: Eligibility
    parts: tuple[Part, ...]

    @property
    def score(self) -> float:
        """0 to 100: the sum of the parts."""
        return round(sum(part.points for part in self.parts), CENT)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the score can end once everything that is not stated is known."""
        return round(sum(part.low for part in self.parts), CENT), round(sum(part.high for part in self.parts), CENT)


@dataclass(frozen=True, slots=True)
class Need:
    """A concept a posting asks for, with its share of the points of its group and the concepts it is a kind of."""

    concept: str
    necessity: Strength
    mentions: tuple[Mention, ...]
    share: float
    above: frozenset[str]
    reach: frozenset[str]  # itself and those above


class Demand:
    """A posting made ready for many comparisons."""

    def __init__(self, profile: Profile, vocabulary: Vocabulary) -> None:
        self.profile = profile
        ancestors = vocabulary.ancestors
        self.needs: dict[str, list[Need]] = {group: _needs(profile, group, ancestors) for group in dict.fromkeys(GROUPS.values())}
        clause = profile.clause.asks if profile.clause else ()
        by_licence = (FAMILY_PROFESSION[ask.family] for ask in clause if ask.family in FAMILY_PROFESSION)
        titled = [mention.concept for mention in profile.professions]
        self.professions = {concept: ancestors[concept] for concept in (*titled, *by_licence) if concept in ancestors}
        self._unanswered: dict[Weights, Mapping[str, Part]] = {}

    def unanswered(self, weights: Weights) -> Mapping[str, Part]:
        """The lines for needs of which a resume says nothing: the same for every resume, so made once."""
        if weights not in self._unanswered:
            self._unanswered[weights] = {
                need.concept: _scaled(group, _Draft(need.concept, need.share, 0.0, Verdict.NOT_STATED, need.mentions, (), need.necessity), worth)
                for group, needs in self.needs.items()
                for worth in (weights.worth[group],)
                for need in needs
            }
        return self._unanswered[weights]


def _needs(profile: Profile, group: str, ancestors: Mapping[str, frozenset[str]]) -> list[Need]:
    asks = [ask for ask in profile.requirements if GROUPS.get(ask.concept.partition(".")[0]) == group and ask.concept in ancestors]
    total = max(ENOUGH, sum(NECESSITY[ask.necessity] for ask in asks))
    return [
        Need(ask.concept, ask.necessity, ask.mentions, NECESSITY[ask.necessity] / total, ancestors[ask.concept] - {ask.concept}, ancestors[ask.concept])
        for ask in asks
    ]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a resume says to a concept asked for: `credit` from 0 to 1, and all the words that count."""

    credit: float
    verdict: Verdict
    quotes: tuple[Mention, ...]
    note: str


class Offer:
    """A resume made ready for many comparisons: the best evidence for each concept, itself and as a kind of another."""

    def __init__(self, profile: Profile, vocabulary: Vocabulary) -> None:
        self.profile = profile
        self.ancestors = vocabulary.ancestors
        self.licences = distinct(profile.licences)
        self.exact: dict[str, list[Mention]] = {}
        self.below: dict[str, list[Mention]] = {}
        self.refused: dict[str, list[Mention]] = {}
        for mention in profile.mentions:
            self._enter(mention)
        self._answers: dict[str, Answer | None] = {}
        self.known = frozenset((*self.below, *self.refused))
        self.professions: dict[str, list[Mention]] = {}
        for concept, mention in _own_professions(profile):
            self.professions.setdefault(concept, []).append(mention)

    def _enter(self, mention: Mention) -> None:
        if mention.strength is Strength.EXCLUDED:
            self.refused.setdefault(mention.concept, []).append(mention)
        elif mention.concept in self.ancestors:
            self.exact.setdefault(mention.concept, []).append(mention)
            for concept in self.ancestors[mention.concept]:
                self.below.setdefault(concept, []).append(mention)

    def answer(self, need: Need) -> Answer | None:
        """What the resume says to a concept: the same for every posting, so found once."""
        if need.concept not in self._answers:
            self._answers[need.concept] = self._find(need.concept, need.above)
        return self._answers[need.concept]

    def _find(self, concept: str, above: frozenset[str]) -> Answer | None:
        """By the concept itself or a kind of it, by a broader one, or refused."""
        shown = self.below.get(concept, [])
        broader = [mention for parent in above for mention in self.exact.get(parent, ())]
        if not shown and not broader:
            refused = tuple(self.refused.get(concept, ()))
            return Answer(0.0, Verdict.UNMET, refused, "expressly not") if refused else None
        direct = max((EVIDENCE[mention.strength] for mention in shown), default=0.0)
        indirect = BROADER * max((EVIDENCE[mention.strength] for mention in broader), default=0.0)
        verdict = Verdict.MET if direct >= EVIDENCE[Strength.LISTED] else Verdict.PARTLY
        quotes = tuple(sorted({*shown, *broader}, key=lambda mention: (-EVIDENCE[mention.strength], mention.start, mention.concept)))
        return Answer(max(direct, indirect), verdict, quotes, "" if direct else "named more broadly")


def _own_professions(profile: Profile) -> Iterator[tuple[str, Mention]]:
    yield from ((mention.concept, mention) for mention in profile.professions)
    for licence in profile.licences:
        if licence.mention.strength not in (Strength.EXCLUDED, Strength.LAPSED):
            yield from ((FAMILY_PROFESSION[family], licence.mention) for family in licence.families if family in FAMILY_PROFESSION)


def compare(demand: Demand, offer: Offer, similarity: float, weights: Weights, vocabulary: Vocabulary) -> Match:
    """The ledger of one posting and one resume; `similarity` is the cosine of their texts."""
    eligibility = judge(demand.profile, offer.profile, offer.licences, vocabulary.compacts)
    parts: list[Part] = []
    for name, draft in _drafts(demand, offer, eligibility):
        spare = UNASKED * weights.worth["licence"] if name == "profession" and eligibility.verdict is Licensed.NOT_ASKED else 0.0
        parts.append(_scaled(name, draft, weights.worth[name] + spare))
    unanswered = demand.unanswered(weights)
    for group, needs in demand.needs.items():
        for need in needs:
            answer = None if need.reach.isdisjoint(offer.known) else _answered(group, need, offer, weights)
            parts.append(answer or unanswered[need.concept])
    parts.append(_scaled("similarity", _similarity(similarity), weights.worth["similarity"]))
    return Match(demand.profile, offer.profile, similarity, eligibility, tuple(parts))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A part before the points of its group are shared out: `share` of them, `credit` (0 to 1) of the share earned."""

    concept: str
    share: float
    credit: float
    verdict: Verdict
    posting: tuple[Mention, ...]
    resume: tuple[Mention, ...]
    necessity: Strength = Strength.CONTEXT
    note: str = ""


def _drafts(demand: Demand, offer: Offer, eligibility: Eligibility) -> Iterator[tuple[str, _Draft]]:
    if eligibility.verdict is not Licensed.NOT_ASKED:
        yield "licence", _licence(demand, offer, eligibility)
    if demand.professions:
        yield "profession", _profession(demand, offer)
    if demand.profile.facts.states or demand.profile.facts.foreign:
        yield "place", _place(demand, offer)
    if demand.profile.facts.years:
        yield "experience", _experience(demand, offer)


def _scaled(name: str, draft: _Draft, worth: float) -> Part:
    possible = round(worth * draft.share, CENT)
    points = round(possible * draft.credit, CENT)
    low, high = (0.0, possible) if draft.verdict is Verdict.NOT_STATED else (points, points)
    return Part(name, draft.concept, points, possible, draft.verdict, draft.posting, draft.resume, draft.necessity, low, high, draft.note)


def _licence(demand: Demand, offer: Offer, eligibility: Eligibility) -> _Draft:
    clause = demand.profile.clause
    assert clause is not None
    credit = LICENSED[eligibility.verdict]
    open_ = eligibility.verdict is Licensed.NOT_DETERMINED
    verdict = Verdict.NOT_STATED if open_ else Verdict.MET if credit >= 0.9 else Verdict.PARTLY if credit >= 0.5 else Verdict.UNMET
    necessity = Strength.REQUIRED if clause.required else Strength.PREFERRED
    quotes: tuple[Mention, ...] = ()
    if eligibility.licence:
        quotes = tuple(dict.fromkeys((eligibility.licence.mention, *(licence.mention for licence in offer.profile.licences))))
        quotes += _spans(offer.profile.facts.place_spans) if eligibility.licence.assumed else ()
    return _Draft("licence", 1.0, credit, verdict, clause.mentions, quotes, necessity, eligibility.rule)


def _profession(demand: Demand, offer: Offer) -> _Draft:
    credits = {concept: _kinship(demand.professions, concept, offer.ancestors) for concept in offer.professions}
    credit = max(credits.values(), default=0.0)
    quotes = tuple(dict.fromkeys(mention for concept, worth in credits.items() if worth for mention in offer.professions[concept]))
    verdict = Verdict.MET if credit >= 0.9 else Verdict.PARTLY if credit else Verdict.UNMET if credits else Verdict.NOT_STATED
    return _Draft(next(iter(demand.professions)), 1.0, credit, verdict, demand.profile.professions, quotes)


def _kinship(asked: Mapping[str, frozenset[str]], own: str, ancestors: Mapping[str, frozenset[str]]) -> float:
    """How near a profession is to those asked for: one of them, a broader one, a sister, or none."""
    ours = ancestors[own]
    if not ours.isdisjoint(asked):
        return 1.0
    if any(own in above for above in asked.values()):
        return BROADER_PROFESSION
    return SISTER_PROFESSION if any(above & ours for above in asked.values()) else 0.0


def _place(demand: Demand, offer: Offer) -> _Draft:
    posting, resume = demand.profile.facts, offer.profile.facts
    asked, here = _spans(posting.place_spans), _spans(resume.place_spans)
    if posting.foreign:
        same = resume.foreign
        return _Draft("place", 1.0, float(same), Verdict.MET if same else Verdict.UNMET, asked, here, note="the work is outside the United States")
    licensed = [licence for licence in offer.profile.licences if licence.state in posting.states and not licence.assumed]
    if resume.state in posting.states:
        return _Draft("place", 1.0, 1.0, Verdict.MET, asked, here, note=f"the resume is of {resume.state}")
    if licensed:
        quotes = tuple(licence.mention for licence in licensed)
        credit = 0.9 if posting.remote else 0.6
        return _Draft("place", 1.0, credit, Verdict.PARTLY, asked, quotes, note=f"lives elsewhere, licensed in {licensed[0].state}")
    if resume.state is None:
        return _Draft("place", 1.0, 0.0, Verdict.NOT_STATED, asked, (), note="the resume names no state")
    return _Draft("place", 1.0, 0.0, Verdict.UNMET, asked, here, note=f"the resume is of {resume.state}, the work in {', '.join(posting.states)}")


def _answered(group: str, need: Need, offer: Offer, weights: Weights) -> Part | None:
    """The line for a need that the resume answers; None where it does not say."""
    answer = offer.answer(need)
    if answer is None:
        return None
    draft = _Draft(need.concept, need.share, answer.credit, answer.verdict, need.mentions, answer.quotes, need.necessity, answer.note)
    return _scaled(group, draft, weights.worth[group])


def _experience(demand: Demand, offer: Offer) -> _Draft:
    asked, has = demand.profile.facts.years, offer.profile.facts.years
    spans = _spans(demand.profile.facts.years_spans), _spans(offer.profile.facts.years_spans)
    if asked is None or has is None:
        return _Draft("experience", 1.0, 0.0, Verdict.NOT_STATED, *spans)
    credit = min(1.0, has / asked) if asked else 1.0
    verdict = Verdict.MET if credit >= 1 else Verdict.PARTLY if credit >= 0.5 else Verdict.UNMET
    return _Draft("experience", 1.0, credit, verdict, *spans, note=f"{has:g} years against {asked:g} asked")


def _similarity(similarity: float) -> _Draft:
    credit = min(1.0, max(0.0, (similarity - FAR) / (NEAR - FAR)))
    verdict = Verdict.MET if credit >= 0.7 else Verdict.PARTLY
    return _Draft("similarity", 1.0, credit, verdict, (), (), note=f"cosine {similarity:.3f}")


def _spans(spans: Iterable[tuple[int, int]]) -> tuple[Mention, ...]:
    return tuple(Mention("fact", start, end, Strength.CONTEXT) for start, end in spans)
