"""The stuffing gain on a folder small enough to know what must come out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.attacks import ATTACKS
from scripts.stuffing import MEASURES, Trial, summary
from tests.scripts.conftest import Run

ASK = (
    "LCSW licensed in Texas required. The clinician provides DBT and EMDR for adolescents and their families after trauma in our outpatient clinic.\n"
    "We are an equal opportunity employer."
)
RESUMES = {
    "good": "Ann Roe, LCSW\nAustin, TX\n\nLicensed Clinical Social Worker, Texas, 2019.\n\nExperience\nTherapist: DBT and EMDR with adolescents after trauma.",
    "not": "Ben Poe\nAustin, TX\n\nExperience\nCase manager: discharge planning for older adults.",
    **{f"other{number}": f"Cy Doe{number}, LCSW\nAustin, TX\n\nExperience\nTherapist: EMDR with adults." for number in range(11)},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One posting, a good match, an unqualified person, and eleven that stand between them."""
    judged = tmp_path / "judged"
    judged.mkdir()
    (judged / "postings.jsonl").write_text(json.dumps({"id": "p", "title": "Therapist", "location": "Austin, TX", "description": ASK}) + "\n")
    (judged / "resumes.jsonl").write_text("".join(json.dumps({"id": id, "text": text}) + "\n" for id, text in RESUMES.items()))
    (judged / "queries.json").write_text(json.dumps({"posting_to_resumes": ["p"]}))
    (judged / "qrels.tsv").write_text("posting_to_resumes:p\tgood\t3\tE\nposting_to_resumes:p\tnot\t0\tN\n")
    return judged


def test_stuffing_does_no_harm_and_a_plain_lie_does(run: Run, light: None, folder: Path) -> None:
    status, out, _ = run("stuffing", folder, "--json")
    told = json.loads(out)
    assert status == 0
    assert list(told) == list(ATTACKS)
    for attack, figures in told.items():
        assert figures["trials"] == (0 if attack == "own claims, 20 times" else 1)
        if figures["trials"] and not attack.endswith("forged"):
            assert (figures["top_ten"], figures["above_good"], figures["passes"], figures["licence"], figures["standing"]) == (0.0, 0.0, 0.0, 0.0, 0.0), attack
    forged = told["licence forged"]
    assert forged["gain"] > 20
    assert (forged["top_ten"], forged["licence"], forged["standing"]) == (1.0, 1.0, 1.0)


def test_the_table_has_a_line_for_every_attack(run: Run, light: None, folder: Path) -> None:
    _, out, _ = run("stuffing", folder, "--trials", "1")
    lines = out.splitlines()
    assert lines[0].split() == ["trials", *MEASURES]
    assert [line[:26].strip() for line in lines[1:]] == list(ATTACKS)


def test_a_share_is_of_the_trials_in_which_the_harm_could_be_done() -> None:
    trials = [Trial(1.0, None, True, False, False, False), Trial(3.0, True, None, True, False, False), Trial(2.0, False, False, False, False, False)]
    assert summary(trials) == {"trials": 3, "gain": 2.0, "top_ten": 0.5, "above_good": 0.5, "passes": 0.3333, "licence": 0.0, "standing": 0.0}
    assert summary([])["gain"] is None
