"""A posting and a resume made ready for many comparisons: what one asks, what the other answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matcher.credentials import FAMILY_PROFESSION, Credentials, Wants
from matcher.ledger import Draft, Verdict, scaled
from matcher.profile import Mention, Profile, Strength
from matcher.vocabulary import Vocabulary
from matcher.weights import BROADER, ENOUGH, EVIDENCE, GROUPS, NECESSITY, Weights

SHARE = 4  # decimals of the share of a group's points that a concept is worth
Asked = tuple[tuple[str, ...], bool, bool]  # where work is: its states, whether it is abroad, whether it can be done from afar
Own = tuple[str | None, bool, tuple[str, ...]]  # where a person is: the state, whether abroad, and the states of the licences


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
        self.wants = Wants.of(profile, vocabulary)
        ancestors = vocabulary.ancestors
        self.needs: dict[str, list[Need]] = {group: _needs(profile, group, ancestors) for group in dict.fromkeys(GROUPS.values())}
        asks = [ask for clause in profile.clauses for ask in clause.asks]
        by_licence = (FAMILY_PROFESSION[ask.family] for ask in asks if ask.family in FAMILY_PROFESSION)
        titled = [mention.concept for mention in profile.professions]
        self.professions = {concept: ancestors[concept] for concept in (*titled, *by_licence) if concept in ancestors}
        self.place_quotes = _quotes(profile.facts.place_spans)
        self.years_quotes = _quotes(profile.facts.years_spans)
        self.shingles = frozenset(profile.shingles)
        self.place: Asked = profile.facts.states, profile.facts.foreign, profile.facts.remote
        self._lines: _Lines | None = None

    def lines(self, weights: Weights) -> _Lines:
        """What every resume's ledger has of these needs: made once, and kept for the weights last used."""
        held = self._lines
        if held is None or (held.weights is not weights and held.weights != weights):
            held = self._lines = _Lines(weights, self.needs)
        return held


class _Lines:
    """The needs of a posting under some weights: the line of each where a resume does not say, and the points that each can bring."""

    def __init__(self, weights: Weights, needs: Mapping[str, Sequence[Need]]) -> None:
        self.weights = weights
        self.unanswered = {
            need.concept: scaled(group, Draft(need.concept, need.share, 0.0, Verdict.NOT_STATED, need.mentions, (), need.necessity), weights.worth[group])
            for group, listed in needs.items()
            for need in listed
        }


def _needs(profile: Profile, group: str, ancestors: Mapping[str, frozenset[str]]) -> list[Need]:
    asks = [ask for ask in profile.requirements if GROUPS.get(ask.concept.partition(".")[0]) == group and ask.concept in ancestors]
    total = max(ENOUGH, sum(NECESSITY[ask.necessity] for ask in asks))
    return [
        Need(
            ask.concept,
            ask.necessity,
            ask.mentions,
            round(NECESSITY[ask.necessity] / total, SHARE),
            ancestors[ask.concept] - {ask.concept},
            ancestors[ask.concept],
        )
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
        self._name = vocabulary.name
        self.credentials = Credentials.of(profile, vocabulary)
        self.shingles = frozenset(profile.shingles)
        self.exact: dict[str, list[Mention]] = {}
        self.below: dict[str, list[Mention]] = {}
        self.refused: dict[str, list[Mention]] = {}
        for mention in profile.mentions:
            self._enter(mention)
        self.place_quotes = _quotes(profile.facts.place_spans)
        self.years_quotes = _quotes(profile.facts.years_spans)
        self._answers: dict[str, Answer | None] = {}
        self.known = frozenset((*self.below, *self.refused))
        self.professions: dict[str, list[Mention]] = {}
        for concept, mention in _own_professions(profile):
            self.professions.setdefault(concept, []).append(mention)
        licensed = sorted({licence.state for licence in profile.licences if licence.state and not licence.assumed})
        self.place: Own = profile.facts.state, profile.facts.foreign, tuple(licensed)

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

    def credits(self) -> Iterator[tuple[str, float]]:
        """Every concept that a posting can ask for and the resume answers with some credit."""
        for concept, reach in self.ancestors.items():
            if (not reach.isdisjoint(self.exact) or concept in self.below) and concept.partition(".")[0] in GROUPS:
                answer = self._find(concept, reach - {concept})
                if answer and answer.credit:
                    yield concept, answer.credit

    def _find(self, concept: str, above: frozenset[str]) -> Answer | None:
        """By the concept itself or a kind of it, by a broader one, or refused."""
        shown = self.below.get(concept, [])
        broader = [mention for parent in sorted(above) for mention in self.exact.get(parent, ())]
        refused = tuple(self.refused.get(concept, ()))
        if refused and not shown:
            return Answer(0.0, Verdict.UNMET, refused, "expressly not")
        if not shown and not broader:
            return None
        direct = max((EVIDENCE[mention.strength] for mention in shown), default=0.0)
        indirect = BROADER * max((EVIDENCE[mention.strength] for mention in broader), default=0.0)
        verdict = Verdict.MET if direct >= EVIDENCE[Strength.LISTED] else Verdict.PARTLY
        quotes = tuple(sorted({*shown, *broader}, key=lambda mention: (-EVIDENCE[mention.strength], mention.start, mention.concept)))
        return Answer(max(direct, indirect), verdict, quotes, self._relation(concept, shown, broader))

    def _relation(self, concept: str, shown: list[Mention], broader: list[Mention]) -> str:
        """By what a resume answers a concept that it does not name itself: a kind of it, which answers fully, or something broader, partly."""
        if concept in self.exact:
            return ""
        named = dict.fromkeys(self._name(mention.concept) for mention in shown or broader)
        several = len(named) > 1
        how = ("kinds of it" if several else "a kind of it") if shown else f"which {'are' if several else 'is'} broader"
        return f"by {' and '.join(named)}, {how}"


def _quotes(spans: Iterable[tuple[int, int]]) -> tuple[Mention, ...]:
    """The mentions that a fact rests on, made once for all comparisons."""
    return tuple(Mention("fact", start, end, Strength.CONTEXT) for start, end in spans)


def _own_professions(profile: Profile) -> Iterator[tuple[str, Mention]]:
    yield from ((mention.concept, mention) for mention in profile.professions)
    for licence in profile.licences:
        if licence.mention.strength not in (Strength.EXCLUDED, Strength.LAPSED):
            yield from ((FAMILY_PROFESSION[family], licence.mention) for family in licence.families if family in FAMILY_PROFESSION)
