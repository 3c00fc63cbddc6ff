"""The steps of a match and of an ingest, each timed."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from matcher.document import Kind
from scripts.phases import fresh, ingest_steps, match_steps, show
from service.settings import Settings
from tests.conftest import posting, resume

POSTINGS = [posting("LCSW in Texas required. EMDR with adults.", id=f"p{number}") for number in range(3)]
RESUME = resume("LCSW, Texas\n\nExperience\nTherapist: EMDR with adults.")


def test_a_fresh_store_is_gone_when_it_is_left_and_that_of_the_settings_is_not_touched(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store.db", precision="fp32")
    with fresh(settings) as matcher:
        matcher.put(POSTINGS)
        assert matcher.count(Kind.POSTING) == len(POSTINGS)
        assert not settings.store.exists()
    assert list(tmp_path.iterdir()) == []


def test_encoding_takes_most_of_a_match_and_no_step_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(store=tmp_path / "store.db", precision="fp32")
    with fresh(settings) as matcher:
        matcher.put(POSTINGS)
        steps = match_steps(matcher, [RESUME] * 5)
    assert {name: len(seconds) for name, seconds in steps.items()} == dict.fromkeys(steps, 5)
    assert max(steps, key=lambda name: median(steps[name])) == "encode the passages"
    show("a resume", steps)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "where the time of a resume goes, medians"
    assert len(said) == 1 + len(steps)


def test_the_whole_of_an_ingest_takes_longer_than_its_reading(tmp_path: Path) -> None:
    steps = ingest_steps(POSTINGS, Settings(store=tmp_path / "store.db", precision="fp32"))
    assert steps["all of it, and durable"] > steps["read, and cut into passages"]
