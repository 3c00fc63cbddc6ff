"""Two profiles and a similarity -> Match: the ledger. The score is the sum of its parts and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from matcher.copying import Copies, own_likeness, without
from matcher.eligibility import judge
from matcher.ledger import Draft, Match, Part, Verdict, scaled
from matcher.profile import Mention, Strength
from matcher.sides import Asked, Demand, Need, Offer, Own
from matcher.verdict import Eligibility, Finding, Standing, in_the_way
from matcher.verdict import Verdict as Licensed
from matcher.vocabulary import Vocabulary
from matcher.weights import ABOVE, BELOW, BROADER_PROFESSION, FAR, FAVOURED, LICENSED, NEAR, SISTER_PROFESSION, Weights

COPIED = "said only in words copied from the posting, which do not count"


def compare(demand: Demand, offer: Offer, similarity: float, weights: Weights, vocabulary: Vocabulary, today: date, favoured: Iterable[Draft] = ()) -> Match:
    """The ledger of one posting and one resume.

    `similarity` is the cosine of their texts, `today` the day licences are judged by, `favoured` the lines of what a caller favours.
    """
    whole, copies = offer, Copies()
    if not demand.shingles.isdisjoint(offer.shingles):
        copies = Copies.of(offer.profile, demand.profile)
        offer = Offer(without(offer.profile, copies.spans), vocabulary) if copies.spans else offer
    eligibility = judge(demand.wants, offer.credentials, vocabulary.compacts, today)
    drafts: dict[str, Draft | None] = {
        "licence": _licence(demand, offer, eligibility), "requirements": _requirements(eligibility), "level": _level(demand, offer),
        "profession": _profession(demand, offer), "place": _place(demand, offer), "experience": _experience(demand, offer),
    }  # fmt: skip
    parts: list[Part] = [scaled(name, draft, weights.worth[name]) for name, draft in drafts.items() if draft]
    unanswered = demand.lines(weights).unanswered
    for group, needs in demand.needs.items():
        for need in needs:
            answer = None if need.reach.isdisjoint(offer.known) else _answered(group, need, offer, weights)
            copied = answer is None and offer is not whole and not need.reach.isdisjoint(whole.known)
            parts.append(answer or (replace(unanswered[need.concept], note=COPIED) if copied else unanswered[need.concept]))
    parts.append(scaled("similarity", _alike(similarity, copies), weights.worth["similarity"]))
    parts.extend(scaled(FAVOURED, draft, weights.worth[FAVOURED]) for draft in favoured)
    return Match(demand.profile, whole.profile, similarity, eligibility, tuple(parts))


def _licence(demand: Demand, offer: Offer, eligibility: Eligibility) -> Draft:
    clauses = [clause for clause in demand.profile.clauses if clause.required] or demand.profile.clauses
    credit = LICENSED[eligibility.verdict]
    open_ = eligibility.verdict is Licensed.NOT_DETERMINED
    verdict = Verdict.NOT_STATED if open_ else Verdict.MET if credit >= 0.9 else Verdict.PARTLY if credit >= 0.5 else Verdict.UNMET
    necessity = Strength.REQUIRED if any(clause.required for clause in clauses) else Strength.PREFERRED
    quotes: tuple[Mention, ...] = ()
    if eligibility.licence:
        quotes = tuple(dict.fromkeys((eligibility.licence.mention, *(licence.mention for licence in offer.profile.licences))))
        quotes += offer.place_quotes if eligibility.licence.assumed else ()
    return Draft(
        "licence", 1.0, credit, verdict, tuple(dict.fromkeys(mention for clause in clauses for mention in clause.mentions)), quotes, necessity, eligibility.rule
    )


def requirements_credit(findings: Sequence[Finding]) -> float:
    """The hard requirements beside the licence: all of them met, or none stated, earns the points; one that is in the way takes them."""
    return 0.0 if in_the_way(findings) else 1.0


def _requirements(eligibility: Eligibility) -> Draft:
    """The line of the hard requirements beside the licence, by the first that is in the way."""
    others = eligibility.others
    open_ = in_the_way(others)
    if open_:
        verdict = Verdict.UNMET if open_.standing is Standing.NOT_ELIGIBLE else Verdict.NOT_STATED
        return Draft("requirements", 1.0, requirements_credit(others), verdict, open_.posting, open_.resume, Strength.REQUIRED, open_.rule)
    asked = tuple(dict.fromkeys(mention for finding in others for mention in finding.posting))
    said = tuple(dict.fromkeys(mention for finding in others for mention in finding.resume))
    note = "; ".join(finding.rule for finding in others) or "the posting demands no degree, language or certificate that was read"
    return Draft("requirements", 1.0, requirements_credit(others), Verdict.MET, asked, said, Strength.REQUIRED, note)


def level_credit(asked: tuple[int, int] | None, has: int | None) -> float:
    """How the right to work alone stands to what is asked: of its level, below it, or beyond it, which makes the work too small."""
    if asked is None or has is None:
        return 0.0
    low, high = asked
    if has > high:
        return ABOVE
    return 1.0 if has >= low else BELOW if has == low - 1 else 0.0


def _level(demand: Demand, offer: Offer) -> Draft | None:
    wants, has = demand.wants, offer.credentials
    if wants.reach is None:
        return None
    if has.reach is None:
        return Draft("level", 1.0, 0.0, Verdict.NOT_STATED, wants.reach_quotes, (), note="the resume names no licence or degree in hand")
    credit, (low, high) = level_credit(wants.reach, has.reach), wants.reach
    verdict = Verdict.MET if low <= has.reach <= high else Verdict.PARTLY if credit else Verdict.UNMET
    above = "above the level asked for: the work may be too small"
    note = "of the level asked for" if verdict is Verdict.MET else above if has.reach > high else "below the level asked for"
    return Draft("level", 1.0, credit, verdict, wants.reach_quotes, has.degree_quotes, note=note)


def profession_credit(asked: Iterable[str], own: Iterable[str], ancestors: Mapping[str, frozenset[str]]) -> float:
    """How near the nearest of the professions of a resume is to those asked for."""
    above = {concept: ancestors[concept] for concept in asked}
    return max((_kinship(above, concept, ancestors) for concept in own), default=0.0)


def _profession(demand: Demand, offer: Offer) -> Draft | None:
    if not demand.professions:
        return None
    credit = profession_credit(demand.professions, offer.professions, offer.ancestors)
    related = [concept for concept in offer.professions if _kinship(demand.professions, concept, offer.ancestors)]
    quotes = tuple(dict.fromkeys(mention for concept in related for mention in offer.professions[concept]))
    verdict = Verdict.MET if credit >= 0.9 else Verdict.PARTLY if credit else Verdict.UNMET if offer.professions else Verdict.NOT_STATED
    return Draft(next(iter(demand.professions)), 1.0, credit, verdict, demand.profile.professions, quotes)


def _kinship(asked: Mapping[str, frozenset[str]], own: str, ancestors: Mapping[str, frozenset[str]]) -> float:
    """How near a profession is to those asked for: one of them, a broader one, a sister, or none."""
    ours = ancestors[own]
    if not ours.isdisjoint(asked):
        return 1.0
    if any(own in above for above in asked.values()):
        return BROADER_PROFESSION
    return SISTER_PROFESSION if any(above & ours for above in asked.values()) else 0.0


def place_credit(asked: Asked, own: Own) -> float:
    """Whether a resume is of where the work is, or licensed there."""
    (states, foreign, remote), (state, abroad, licensed) = asked, own
    if foreign:
        return float(abroad)
    if state in states:
        return 1.0
    return (0.9 if remote else 0.6) if not frozenset(states).isdisjoint(licensed) else 0.0


def _place(demand: Demand, offer: Offer) -> Draft | None:
    posting, resume = demand.profile.facts, offer.profile.facts
    if not posting.states and not posting.foreign:
        return None
    asked, here, credit = demand.place_quotes, offer.place_quotes, place_credit(demand.place, offer.place)
    if posting.foreign:
        return Draft("place", 1.0, credit, Verdict.MET if credit else Verdict.UNMET, asked, here, note="the work is outside the United States")
    if resume.state in posting.states:
        return Draft("place", 1.0, credit, Verdict.MET, asked, here, note=f"the resume is of {resume.state}")
    licensed = [licence for licence in offer.profile.licences if licence.state in posting.states and not licence.assumed]
    if licensed:
        quotes = tuple(licence.mention for licence in licensed)
        return Draft("place", 1.0, credit, Verdict.PARTLY, asked, quotes, note=f"lives elsewhere, licensed in {licensed[0].state}")
    if resume.state is None:
        return Draft("place", 1.0, credit, Verdict.NOT_STATED, asked, (), note="the resume names no state")
    return Draft("place", 1.0, credit, Verdict.UNMET, asked, here, note=f"the resume is of {resume.state}, the work in {', '.join(posting.states)}")


def _answered(group: str, need: Need, offer: Offer, weights: Weights) -> Part | None:
    """The line for a need that the resume answers; None where it does not say."""
    answer = offer.answer(need)
    if answer is None:
        return None
    draft = Draft(need.concept, need.share, answer.credit, answer.verdict, need.mentions, answer.quotes, need.necessity, answer.note)
    return scaled(group, draft, weights.worth[group])


def experience_credit(asked: float | None, has: float | None) -> float:
    """The share of the years asked for that a resume shows."""
    return min(1.0, has / asked) if asked and has is not None else 0.0


def _experience(demand: Demand, offer: Offer) -> Draft | None:
    asked, has = demand.profile.facts.years, offer.profile.facts.years
    if not asked:
        return None
    spans = demand.years_quotes, offer.years_quotes
    if has is None:
        return Draft("experience", 1.0, 0.0, Verdict.NOT_STATED, *spans)
    credit = experience_credit(asked, has)
    verdict = Verdict.MET if credit >= 1 else Verdict.PARTLY if credit >= 0.5 else Verdict.UNMET
    return Draft("experience", 1.0, credit, verdict, *spans, note=f"{has:g} years against {asked:g} asked")


def likeness(similarity: float) -> float:
    """What share of the points of the texts' likeness a cosine earns."""
    return min(1.0, max(0.0, (similarity - FAR) / (NEAR - FAR)))


def _alike(similarity: float, copies: Copies) -> Draft:
    own = own_likeness(similarity, copies.share) if copies.spans else similarity
    credit = likeness(own)
    verdict = Verdict.MET if credit >= 0.7 else Verdict.PARTLY
    copied = f"; {copies.share:.0%} of the resume is copied from the posting, about {own:.3f} without it" if copies.spans else ""
    return Draft("similarity", 1.0, credit, verdict, (), (), note=f"cosine {similarity:.3f}{copied}")
