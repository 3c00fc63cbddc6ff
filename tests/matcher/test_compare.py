"""The ledger: what each ask is worth, what answers it, and how the points are shared."""

from __future__ import annotations

import json

import pytest

from matcher.compare import compare
from matcher.evaluation import SEED
from matcher.fitting import LEAST, PRIOR, RIDGE
from matcher.ledger import Match, Part, Verdict
from matcher.reading import Reader
from matcher.sides import Demand, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import FILE, TOTAL, InvalidWeights, Weights, weight_names
from tests.conftest import TODAY, posting, resume

EMDR = "modality.trauma.emdr"
ROUND = Weights(20, 5, 5, 12, 10, 5, 8, 5, 3, 4, 4, 1, 18)  # the weights in the product are fitted and change


@pytest.fixture
def compared(reader: Reader, vocabulary: Vocabulary):
    """A posting and a resume compared."""

    def _compared(asked: str, offered: str, similarity: float = 0.35, weights: Weights = ROUND, **more: object) -> Match:
        demand = Demand(reader.read(posting(asked, **more)), vocabulary)
        return compare(demand, Offer(reader.read(resume(offered)), vocabulary), similarity, weights, vocabulary, TODAY)

    return _compared


def _part(match: Match, concept: str) -> Part:
    (part,) = [part for part in match.parts if part.concept == concept]
    return part


def test_an_unknown_weight_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(InvalidWeights, match=r"unknown weight 'licens'; the weights are licence, requirements, level, profession, place, .*similarity"):
        Weights.from_mapping({"licens": 5})


@pytest.mark.parametrize("value", [-1, -0.01, 100.5, float("inf"), float("nan")])
def test_a_weight_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(InvalidWeights, match=r"weight place is .*, must be between 0 and 100"):
        Weights.from_mapping({"place": value})


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(InvalidWeights, match="all weights are 0; nothing would be scored"):
        Weights.from_mapping(dict.fromkeys(weight_names(), 0))


def test_the_default_weights_sum_to_a_hundred() -> None:
    assert sum(Weights().given().values()) == pytest.approx(TOTAL, abs=1e-9)
    assert all(points >= LEAST for points in Weights().given().values())


def test_the_default_weights_come_with_the_run_that_fitted_them() -> None:
    record = json.loads(FILE.read_text("utf-8"))
    assert record["weights"] == Weights().given()
    assert record["run"]["prior"] == PRIOR.given()
    assert (record["run"]["ridge"], record["run"]["seed"]) == (RIDGE, SEED)


def test_other_weights_are_scaled_to_a_hundred() -> None:
    worth = Weights.from_mapping({**dict.fromkeys(weight_names(), 0), "licence": 30, "place": 10}).worth
    assert (worth["licence"], worth["place"], sum(worth.values())) == (75.0, 25.0, 100.0)


def test_weights_of_the_same_values_are_equal() -> None:
    assert Weights.from_mapping({}) == Weights()
    assert hash(Weights.from_mapping({"place": Weights().place})) == hash(Weights())


def test_a_kind_of_what_is_asked_satisfies_it_fully(compared) -> None:
    part = _part(compared("Requirements\nExperience with CBT.", "Experience\nProvided TF-CBT."), "modality.cbt")
    assert (part.points, part.possible, part.verdict) == (2.5, 2.5, Verdict.MET)


def test_what_is_broader_than_asked_satisfies_it_partly(compared) -> None:
    part = _part(compared("Requirements\nExperience with TF-CBT.", "Experience\nProvided CBT."), "modality.cbt.tf")
    assert (part.points, part.possible, part.verdict, part.note) == (1.0, 2.5, Verdict.PARTLY, "by Cognitive Behavioral Therapy, which is broader")


def test_a_sibling_of_what_is_asked_says_nothing_of_it(compared) -> None:
    part = _part(compared("Requirements\nExperience with TF-CBT.", "Experience\nProvided CBT-I."), "modality.cbt.tf")
    assert (part.points, part.verdict, part.low, part.high) == (0.0, Verdict.NOT_STATED, 0.0, 2.5)


def test_what_is_refused_is_unmet(compared) -> None:
    part = _part(compared("Requirements\nExperience with EMDR.", "I do not offer EMDR."), EMDR)
    assert (part.points, part.verdict, part.high, part.note) == (0.0, Verdict.UNMET, 0.0, "expressly not")
    assert len(part.resume) == 1


def test_what_is_refused_is_unmet_beside_what_is_broader(compared) -> None:
    part = _part(compared("Requirements\nExperience with DBT.", "Experience\nProvided CBT. I do not offer DBT."), "modality.dbt")
    assert (part.points, part.verdict) == (0.0, Verdict.UNMET)


@pytest.mark.parametrize(
    ("text", "points", "verdict"),
    [
        ("Experience\nProvided EMDR.", 2.5, "met"),
        ("Skills\nCouples, and EMDR too.", 1.0, "met"),
        ("Familiar with EMDR.", 0.75, "partly"),
        ("Experience\nProvided couples therapy.", 0.0, "not_stated"),
    ],
)
def test_evidence_is_worth_what_it_shows(compared, text: str, points: float, verdict: str) -> None:
    part = _part(compared("Requirements\nExperience with EMDR.", text), EMDR)
    assert (part.points, part.verdict.value) == (points, verdict)


def test_a_preference_weighs_less_than_a_requirement(compared) -> None:
    match = compared("Requirements\nExperience with EMDR and CBT. Couples therapy is done too.\nPreferred\nHypnosis.", "Experience\nProvided EMDR.")
    assert _part(match, EMDR).possible > _part(match, "modality.hypnosis").possible > 0


def test_repeating_a_claim_earns_no_more(compared) -> None:
    once, thrice = (compared("Requirements\nExperience with EMDR.", f"Experience\n{'Provided EMDR. ' * times}") for times in (1, 3))
    assert once.score == thrice.score == 2.5 + 20.0 + 5.0


def test_groups_that_are_not_asked_for_earn_nothing(compared) -> None:
    match = compared("We are kind people.", "LCSW in Texas since 2015. Fluent in Spanish. Experience\nProvided CBT and EMDR to adults in schools.")
    assert [part.name for part in match.parts] == ["licence", "requirements", "similarity"]
    assert [part.points for part in match.parts] == [20.0, 5.0, 0.0]


def test_a_group_of_weight_zero_earns_nothing(compared) -> None:
    match = compared("Requirements\nExperience with EMDR.", "Experience\nProvided EMDR.", weights=Weights.from_mapping({"modalities": 0}))
    assert (_part(match, EMDR).points, _part(match, EMDR).possible) == (0.0, 0.0)


@pytest.mark.parametrize(("similarity", "points"), [(-1.0, 0.0), (0.35, 0.0), (0.575, 9.0), (0.80, 18.0), (1.0, 18.0)])
def test_likeness_counts_between_its_bounds(compared, similarity: float, points: float) -> None:
    assert _part(compared("We are kind people.", "Experience\nProvided CBT.", similarity), "similarity").points == points


def test_the_licence_earns_by_its_verdict(compared) -> None:
    def licence(held: str) -> tuple[float, str]:
        part = _part(compared("LPC required.", held, place="Phoenix, AZ"), "licence")
        return part.points, part.verdict.value

    assert licence("LPC in Arizona since 2015.") == (20.0, "met")
    assert licence("LPC in Georgia since 2015.") == (12.0, "partly")
    assert licence("LPC in Virginia since 2015.") == (5.0, "unmet")
    assert licence("LMFT in Arizona since 2015.") == (0.0, "unmet")
    assert licence("Therapist for adults.") == (0.0, "not_stated")


@pytest.mark.parametrize(
    ("asked", "held", "points", "verdict"),
    [
        ("LPC required.", "LPC in Arizona since 2015.", 5.0, "met"),
        ("LAC or LPC required.", "LAC in Arizona since 2025.", 5.0, "met"),
        ("LPC required. Associates are welcome to apply.", "LAC in Arizona since 2025.", 5.0, "met"),
        ("LPC required. Associates are welcome to apply.", "LPC in Arizona since 2015.", 5.0, "met"),
        ("LAC required.", "LPC in Arizona since 2015.", 3.0, "partly"),
        ("LPC required.", "Master of Arts in Counseling.", 0.0, "unmet"),
        ("Bachelor's degree required.", "LPC in Arizona since 2015.", 3.0, "partly"),
        ("LPC required.", "Therapist for adults.", 0.0, "not_stated"),
    ],
)
def test_the_level_is_met_or_missed_from_below_or_above(compared, asked: str, held: str, points: float, verdict: str) -> None:
    part = _part(compared(asked, held, place="Phoenix, AZ"), "level")
    assert (part.points, part.verdict.value) == (points, verdict)


def test_work_that_names_no_level_has_no_line_for_it(compared) -> None:
    assert [part for part in compared("Help adults.", "LPC in Arizona since 2015.").parts if part.name == "level"] == []


@pytest.mark.parametrize(
    ("asked", "held", "points", "verdict"),
    [
        ("Help adults.", "Therapist.", 5.0, "met"),
        ("Master's degree required.", "Master of Social Work.", 5.0, "met"),
        ("Master's degree required.", "Bachelor of Arts.", 0.0, "unmet"),
        ("Master's degree required.", "Therapist.", 0.0, "not_stated"),
        ("Master's degree and fluent Spanish required.", "Master of Social Work.", 0.0, "not_stated"),
        ("Master's degree and fluent Spanish required.", "Master of Social Work. Fluent in Spanish.", 5.0, "met"),
    ],
)
def test_the_other_hard_requirements_stand_or_fall_together(compared, asked: str, held: str, points: float, verdict: str) -> None:
    part = _part(compared(asked, held), "requirements")
    assert (part.points, part.verdict.value) == (points, verdict)


def test_a_licence_asked_as_a_preference_is_shown_as_one(compared) -> None:
    assert _part(compared("LPC preferred.", "Therapist for adults.", place="Phoenix, AZ"), "licence").necessity.value == "preferred"


@pytest.mark.parametrize(
    ("text", "remote", "points", "verdict"),
    [
        ("Jane Roe\nFresno, CA 93701\nTherapist", False, 10.0, "met"),
        ("Jane Roe\nReno, NV 89501\nLCSW in California since 2015.", False, 6.0, "partly"),
        ("Jane Roe\nReno, NV 89501\nLCSW in California since 2015.", True, 9.0, "partly"),
        ("Jane Roe\nReno, NV 89501\nTherapist", False, 0.0, "unmet"),
        ("Jane Roe\nTherapist", False, 0.0, "not_stated"),
    ],
)
def test_the_place_is_home_or_licence_or_neither(compared, text: str, remote: bool, points: float, verdict: str) -> None:
    part = _part(compared("Therapy for adults.", text, place="Fresno, CA", remote=remote), "place")
    assert (part.points, part.verdict.value) == (points, verdict)


@pytest.mark.parametrize(
    ("text", "points", "verdict"),
    [
        ("5 years of clinical experience.", 1.0, "met"),
        ("2 years of clinical experience.", 0.5, "partly"),
        ("1 year of clinical experience.", 0.25, "unmet"),
        ("Therapist.", 0.0, "not_stated"),
    ],
)
def test_years_count_up_to_those_asked(compared, text: str, points: float, verdict: str) -> None:
    part = _part(compared("At least 4 years of clinical experience.", text), "experience")
    assert (part.points, part.verdict.value) == (points, verdict)


@pytest.mark.parametrize(
    ("text", "points", "verdict"),
    [
        ("Experience\nClinical Social Worker, clinic", 12.0, "met"),
        ("LCSW in Texas since 2015.", 12.0, "met"),
        ("Experience\nPsychiatrist, clinic", 0.0, "unmet"),
        ("Experience\nProvided CBT.", 0.0, "not_stated"),
    ],
)
def test_the_profession_is_shown_by_work_or_licence(compared, text: str, points: float, verdict: str) -> None:
    part = _part(compared("Help adults.", text, title="Clinical Social Worker"), "profession.clinical-social-worker")
    assert (part.possible, part.points, part.verdict.value) == (12.0, points, verdict)


def test_the_score_is_the_sum_and_the_interval_holds_what_is_open(compared) -> None:
    match = compared("LCSW required.\nRequirements\nExperience with EMDR and CBT.", "Experience\nProvided CBT.", 0.8, place="Fresno, CA")
    assert match.score == 18.0 + 2.5 + 5.0
    assert match.interval == (25.5, 25.5 + 20.0 + 5.0 + 2.5 + 12.0 + 10.0)
    assert match.score == round(sum(part.points for part in match.parts), 2)


def test_asks_of_a_concept_in_a_posting_make_one_line(compared) -> None:
    match = compared("Requirements\nExperience with EMDR. EMDR is used daily.", "Experience\nProvided EMDR.")
    assert len(_part(match, EMDR).posting) == 2


@pytest.mark.parametrize(
    ("asked", "offered", "verdict", "note"),
    [
        ("Dialectical Behavior Therapy required.", "Experience\nDBT-Linehan Board of Certification, certified clinician.", Verdict.MET, "a kind of it"),
        ("Comprehensive DBT required.", "Experience\nProvided DBT.", Verdict.PARTLY, "which is broader"),
        ("DBT required.", "Experience\nDBT-informed work with teens.", Verdict.PARTLY, "which is broader"),
        ("DBT-informed care required.", "Experience\nProvided DBT.", Verdict.MET, "a kind of it"),
        ("CBT for insomnia (CBT-I) required.", "Experience\nProvided CBT.", Verdict.PARTLY, "which is broader"),
        ("CBT required.", "Experience\nProvided CBT-I.", Verdict.MET, "a kind of it"),
        ("EMDR required.", "Experience\nEMDRIA certified therapist.", Verdict.MET, "a kind of it"),
    ],
)
def test_competence_differs_and_the_ledger_says_how(compared, asked: str, offered: str, verdict: Verdict, note: str) -> None:
    (part,) = [one for one in compared(asked, offered).parts if one.name == "modalities"]
    assert (part.verdict, note in part.note) == (verdict, True)
