"""What our ranking is held against; each order can be computed by hand from the lengths of words."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping

import numpy as np
import pytest

from matcher.controls import PEERS, PeerMissing, controls, peer
from matcher.document import Kind
from matcher.evaluation import JudgedFolder
from tests.conftest import WordLengthEncoder, posting, resume

CONTROLS = ["bm25", "minilm-256", "fusion", "minilm-passages"]


def _folder(texts: Mapping[str, str]) -> JudgedFolder:
    """Postings by id, nothing asked and nothing judged."""
    return JudgedFolder({Kind.POSTING: {id: posting(text, id=id) for id, text in texts.items()}, Kind.RESUME: {}}, {}, {})


def test_the_dense_control_is_the_cosine_of_the_whole_texts() -> None:
    folder = _folder({"p1": "aa bb", "p2": "aa bbbbb", "p3": "ccccc"})
    ranking = controls(folder, Kind.POSTING, WordLengthEncoder())["minilm-256"](resume("xx yy"))
    assert [id for id, _ in ranking] == ["p1", "p2", "p3"]
    assert [score for _, score in ranking] == pytest.approx([1.0, 1 / math.sqrt(2), 0.0], abs=1e-6)


def test_the_lexical_control_ranks_by_shared_words_and_ties_by_id() -> None:
    folder = _folder({"p3": "cats", "p2": "dogs", "p1": "cats and dogs", "p4": "birds"})
    ranking = controls(folder, Kind.POSTING, WordLengthEncoder())["bm25"](resume("cats dogs"))
    assert [id for id, _ in ranking] == ["p1", "p2", "p3", "p4"]
    assert ranking[1][1] == pytest.approx(ranking[2][1])
    assert ranking[3][1] == 0


def test_the_fusion_adds_the_reciprocal_ranks_of_both_controls() -> None:
    systems = controls(_folder({"p1": "cats", "p2": "elephants"}), Kind.POSTING, WordLengthEncoder())
    asked = resume("elephants dogs dogs dogs")
    orders = {name: [id for id, _ in systems[name](asked)] for name in ("bm25", "minilm-256")}
    assert orders == {"bm25": ["p2", "p1"], "minilm-256": ["p1", "p2"]}
    assert dict(systems["fusion"](asked)) == pytest.approx({"p1": 1 / (60 + 1) + 1 / (60 + 2), "p2": 1 / (60 + 2) + 1 / (60 + 1)})
    assert [id for id, _ in systems["fusion"](asked)] == ["p1", "p2"]


def test_the_passage_control_is_the_mean_over_the_passages_asked_of_the_nearest_passage() -> None:
    first, second = "aa " * 150, "bbbbb " * 150  # two passages of 150 words, at right angles
    folder = _folder({"both": first + second, "half": first, "other": "ccc"})
    ranking = controls(folder, Kind.POSTING, WordLengthEncoder())["minilm-passages"](resume(first + second))
    assert [id for id, _ in ranking] == ["both", "half", "other"]
    assert [score for _, score in ranking] == pytest.approx([(1 + 1) / 2, (1 + 0) / 2, (0 + 0) / 2], abs=1e-6)


@pytest.mark.parametrize("control", CONTROLS)
def test_a_ranking_keeps_five_hundred(control: str) -> None:
    folder = _folder({f"p{number:03}": "cats" for number in range(520)})
    ranking = controls(folder, Kind.POSTING, WordLengthEncoder())[control](resume("cats"))
    assert [id for id, _ in ranking] == [f"p{number:03}" for number in range(500)]
    assert control == "fusion" or np.allclose([score for _, score in ranking], ranking[0][1])


def test_the_controls_are_these() -> None:
    assert list(controls(_folder({"p1": "cats"}), Kind.POSTING, WordLengthEncoder())) == CONTROLS


def test_a_peer_that_is_not_installed_is_named_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "txtai", None)  # what makes an import fail
    with pytest.raises(PeerMissing, match=r"^txtai is not installed \(.+\); install the extra: pip install 'clinmatch\[peers\]'$"):
        peer("txtai", _folder({"p1": "cats"}), Kind.POSTING)


def test_an_unknown_peer_is_refused_by_name() -> None:
    with pytest.raises(PeerMissing, match=r"^unknown peer 'nobody'; the peers are txtai$"):
        peer("nobody", _folder({"p1": "cats"}), Kind.POSTING)


@pytest.mark.filterwarnings("default")  # the peer's own
@pytest.mark.parametrize("name", PEERS)
def test_a_peer_ranks_the_text_that_shares_words_and_meaning_first(name: str) -> None:
    pytest.importorskip(name)
    folder = _folder({"p1": "Truck driver, long distance.", "p2": "Family therapist for adolescents in an outpatient clinic.", "p3": "Cook."})
    ranking = peer(name, folder, Kind.POSTING)(resume("Therapist: outpatient family therapy with adolescents."))
    assert ranking[0][0] == "p2"
    assert [score for _, score in ranking] == sorted((score for _, score in ranking), reverse=True)
