"""Stores that grow by copies, what is measured of them, and the picture."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from index.record import Filter
from matcher.document import Kind
from matcher.matcher import LOCAL
from scripts.growth import drawn
from scripts.search_times import NothingToMeasure, grow, search_times, show_times
from service.compose import open_matcher
from service.settings import Settings
from tests.conftest import posting, resume


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of four documents that has grown to 30 postings, and then to 40."""
    folder = tmp_path_factory.mktemp("growth")
    source = Settings(store=folder / "source.db", precision="fp32")
    matcher = open_matcher(source)
    lines = [
        "LCSW in Texas required. EMDR with adults.",
        "LPC in Ohio required. DBT groups for adolescents.",
        "School counselor in Maine. Individual counseling.",
    ]
    matcher.put([posting(line, id=f"p{number}") for number, line in enumerate(lines)])
    matcher.put([resume("LCSW, Texas\n\nExperience\nTherapist: EMDR with adults.")])
    matcher.close()
    for count in (30, 40):
        grow(source, folder / "grown.db", count)
    return folder / "grown.db"


def test_a_store_grows_to_as_many_postings_that_can_all_be_ranked_and_explained(grown: Path) -> None:
    matcher = open_matcher(Settings(store=grown, precision="fp32"))
    ids = matcher.index.ids(LOCAL, Kind.POSTING.value, Filter(), "", 100)
    found = matcher.match_stored(Kind.RESUME, "r1", limit=100)
    matcher.close()
    assert len(ids) == 40
    assert {"p0", "p1", "p2", "copy-3", "copy-39"} <= set(ids)
    assert len(found) == 40
    assert len({one.match.similarity for one in found}) > 20


def test_what_is_measured_of_a_store_is_printed(grown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = search_times(Settings(store=grown, precision="fp32"))
    assert found["postings"] == 40
    assert 0 < found["search p50"] <= found["search p95"] <= found["search p99"]
    assert found["search p50"] < found["match by id, 10 explained p50"]
    show_times(found)
    told = capsys.readouterr().out
    assert told.startswith("40 postings: open in ")
    assert re.search(r"\n  plain search: p50 [0-9.]+ ms, p95 ", told)


def test_a_point_stands_where_its_numbers_say_in_powers_of_ten() -> None:
    found = [{"postings": 10.0**power, "search p50": 10.0 ** (power - 3), "index_mib": 5.0 * 10**power, "open_s": 1.0} for power in (3, 4, 5)]
    picture = ElementTree.fromstring(drawn(found))
    dots = [(float(one.get("cx", "")), float(one.get("cy", ""))) for one in picture.iter("{http://www.w3.org/2000/svg}circle")]
    assert len(dots) == 9
    (a, up), (b, middle), (c, down) = dots[:3]
    assert b - a == pytest.approx(c - b)
    assert up - middle == pytest.approx(middle - down)
    assert up > middle > down


def test_a_store_without_postings_or_resumes_is_not_measured_or_grown(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "source.db", precision="fp32")
    matcher = open_matcher(settings)
    matcher.put([posting("LCSW in Texas required.")])
    matcher.close()
    with pytest.raises(NothingToMeasure, match=r"source\.db holds 1 postings and 0 resumes to ask with; ingest some first"):
        search_times(settings)
    with pytest.raises(NothingToMeasure, match="1 postings and 0 resumes"):
        grow(settings, tmp_path / "grown.db", 10)
