"""Words around the names of things, and what they do to the place that a name takes in a text."""

from __future__ import annotations

from collections.abc import Mapping


def listed(*lines: str) -> frozenset[str]:
    """The words of some lines."""
    return frozenset(word for line in lines for word in line.split())


ENGLISH = listed("act art met mat pact space match path cap cat lat mac sac aid start arc abc asi net cares care tip ace ask asq com med cans")
NUMBERED = listed(  # folded words that name clients or work in one number and something else in the other: families, family (therapy)
    "assessment caregiver chart couple deputy elder evaluation family father fathers friend group guardian high individual mother note outcome",
    "parent partner presentation referral report resident retiree school senior sibling spouse student survivor training workshop",
)
SHORTHAND: Mapping[str, str] = {  # of clinical notes; in capitals TX is a state
    "tx": "treatment", "dx": "diagnosis", "hx": "history", "sx": "symptom", "grp": "group", "mgmt": "management", "svc": "service", "assmt": "assessment",
}  # fmt: skip
REAL = listed(  # words that are no slips of others, such as marital, adoption, through
    "martial adaption thorough flexibly funding expense difficult complaint advisory message shipping expensive directory forming permanente discreet",
    "notable loading pilling caroline incredibly regulator complement compliment",
)
LEADS: Mapping[str, frozenset[str]] = {  # words that begin a phrase of a category and add nothing to what it names
    "duty": listed(
        "provide provided providing conduct conducted conducting perform performed performing deliver delivered delivering facilitate facilitated",
        "facilitating complete completed completing write writing wrote make making made attend attending attended participate participated",
        "participating in appropriate",
    ),
    "modality": listed("full adherent standard facilitate facilitated facilitating conduct conducted conducting co lead led leading run running ran"),
    "setting": listed("by via in the on at from to an our no"),
    "language": listed("fluent in fluency speak conversational native english"),
}
TAILS: Mapping[str, frozenset[str]] = {  # and that end one
    "modality": listed(
        "group session therapist clinician class work team training technique approach model intervention practice service program informed based",
        "trained protocol provider level 1 2 3 curriculum lens principle treatment",
    ),
    "setting": listed("setting session counselor clinician provider therapist work case client experience service"),
    "population": listed("client patient population"),
    "language": listed("speaking speaker fluency english language bilingual"),
}
TAKEN: Mapping[str, frozenset[str]] = {  # words before a name that a reader takes to it: 'arrange aftercare', 'older teens'
    "duty": listed(
        "arrange arranged arranging track tracked tracking develop developed developing establish established establishing identify identified",
        "identifying review reviewed reviewing evaluate evaluated evaluating enter entered entering formulate formulated formulating create created",
        "creating monitor monitored monitoring compile compiled compiling screen screened screening",
    ),
    "population": listed("older younger arrived late foster working aging single retired"),
}
PERSONS = listed("household kid person people crowd family individual defendant couple")  # words behind an adjective that say who: 'refugee households'
OPEN = listed("for to on when while who at in instead about from and or by during as until")  # words that end what someone is coordinated with
