"""P2: same input, same output, byte for byte; a pair's score does not depend on what else is stored."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from index.embedded import EmbeddedIndex
from matcher.document import Document, Kind
from matcher.explain import explain
from matcher.matcher import Found, Matcher, fingerprint
from matcher.reading import Reader
from matcher.sheet import BriefSheet
from matcher.vocabulary import Vocabulary, load
from tests.conftest import TODAY, WordLengthEncoder, posting, resume

if TYPE_CHECKING:
    from matcher.sentence_encoder import SentenceEncoder

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "scripts" / "sample"


def sample(name: str) -> list[Document]:
    lines = (SAMPLE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Document.from_mapping(json.loads(line)) for line in lines]


def matcher_over(documents: Sequence[Document], vocabulary: Vocabulary, reader: Reader) -> Matcher:
    encoder = WordLengthEncoder()
    index = EmbeddedIndex.open(Path(":memory:"), fingerprint(encoder, vocabulary), encoder.dimension, "clinmatch rebuild", BriefSheet)
    matcher = Matcher(vocabulary, reader, encoder, index)
    for document in documents:
        matcher.put([document])
    return matcher


def told(found: Sequence[Found], vocabulary: Vocabulary) -> bytes:
    """Everything an answer says, as bytes."""
    said = [(one.document.to_mapping(), one.match, one.match.score, one.match.interval, explain(one.match, vocabulary)) for one in found]
    return msgspec.json.encode(said, order="deterministic")


def ranking(found: Sequence[Found]) -> list[tuple[str, float]]:
    return [(one.document.id, one.match.score) for one in found]


@pytest.fixture(scope="module")
def postings() -> list[Document]:
    return sample("postings")


@pytest.fixture(scope="module")
def resumes() -> list[Document]:
    return sample("resumes")


@pytest.fixture(scope="module")
def full(postings: list[Document], resumes: list[Document], vocabulary: Vocabulary, reader: Reader) -> Matcher:
    """Everything of the sample, put in the order of its files."""
    return matcher_over([*postings, *resumes], vocabulary, reader)


def test_the_same_question_twice_has_the_same_answer_byte_for_byte(full: Matcher, resumes: list[Document]) -> None:
    first = [told(full.match(document), full.vocabulary) for document in resumes[:5]]
    again = [told(full.match(document), full.vocabulary) for document in resumes[:5]]
    assert first == again
    assert len(set(first)) == 5


def test_a_second_engine_over_the_same_documents_answers_byte_for_byte_the_same(full: Matcher, postings: list[Document], resumes: list[Document]) -> None:
    second = matcher_over([*postings, *resumes], load(), Reader(load(), TODAY))
    for document in (*resumes[:3], *postings[:3]):
        assert told(second.match(document), second.vocabulary) == told(full.match(document), full.vocabulary)


def test_a_new_process_with_another_hash_seed_answers_byte_for_byte_the_same(full: Matcher) -> None:
    script = "from tests.promises.test_p2_deterministic import digest_of_sample; print(digest_of_sample())"
    digests = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
        digests.append(run.stdout.strip())
    assert digests == [digest(full)] * 2


def test_the_order_in_which_documents_were_stored_changes_no_ranking(
    full: Matcher, postings: list[Document], resumes: list[Document], vocabulary: Vocabulary, reader: Reader
) -> None:
    asked = [*resumes[:6], *postings[:6]]
    expected = [ranking(full.match(document, limit=60)) for document in asked]
    for seed in (1, 2):
        shuffled = [*postings, *resumes]
        random.Random(seed).shuffle(shuffled)
        other = matcher_over(shuffled, vocabulary, reader)
        assert [ranking(other.match(document, limit=60)) for document in asked] == expected
    assert all(len(found) > 10 for found in expected)


def test_documents_that_tie_are_ranked_by_id_in_whatever_order_they_came(matcher: Matcher) -> None:
    text = "LCSW required. EMDR and DBT with adolescents."
    matcher.put([posting(text, id=id, place="Austin, TX") for id in ("c", "a", "d", "b")])
    found = ranking(matcher.match(resume("Jane Roe, LCSW\nAustin, TX\nExperience\nTherapist: DBT with teens."), limit=3))
    assert [id for id, _ in found] == ["a", "b", "c"]
    assert len({score for _, score in found}) == 1


def test_putting_a_document_again_changes_no_answer(matcher: Matcher, postings: list[Document], resumes: list[Document]) -> None:
    matcher.put(postings[:20])
    before = told(matcher.match(resumes[0], limit=20), matcher.vocabulary)
    matcher.put(postings[5:10])
    matcher.put([postings[7]])
    assert told(matcher.match(resumes[0], limit=20), matcher.vocabulary) == before


def test_a_pairs_match_does_not_depend_on_what_else_is_stored(full: Matcher, matcher: Matcher, postings: list[Document], resumes: list[Document]) -> None:
    asked = resumes[5]
    among = {one.document.id: one for one in full.match(asked, limit=60)}
    for document in postings[:6]:
        matcher.put([document])
        alone = matcher.match(asked)
        assert told(alone, matcher.vocabulary) == told([among[document.id]], matcher.vocabulary)
        matcher.delete(Kind.POSTING, document.id)


def test_what_another_tenant_stores_changes_no_byte_of_an_answer(matcher: Matcher, postings: list[Document], resumes: list[Document]) -> None:
    matcher.put(postings[:20])
    before = told(matcher.match(resumes[1]), matcher.vocabulary)
    matcher.put(postings[10:40], tenant="hospital")
    matcher.put(resumes[:3], tenant="hospital")
    assert told(matcher.match(resumes[1]), matcher.vocabulary) == before


def test_a_pair_that_is_stored_matches_as_a_pair_that_is_not(full: Matcher, postings: list[Document], resumes: list[Document]) -> None:
    known = {document.id: document for document in postings}
    for one in full.match(resumes[2], limit=5):
        unstored = full.compare(known[one.document.id], resumes[2])
        assert told([Found(one.document, unstored, one.version)], full.vocabulary) == told([one], full.vocabulary)


def test_the_question_by_stored_id_has_the_answer_of_the_question_by_text(full: Matcher, postings: list[Document], resumes: list[Document]) -> None:
    for document in (*resumes[:5], *postings[:5]):
        assert told(full.match_stored(document.kind, document.id), full.vocabulary) == told(full.match(document), full.vocabulary)


def test_both_directions_give_a_pair_the_same_match(full: Matcher, postings: list[Document], resumes: list[Document]) -> None:
    forward = {(one.document.id, document.id): one.match for document in resumes[:5] for one in full.match(document, limit=60)}
    backward = {(document.id, one.document.id): one.match for document in postings for one in full.match(document, limit=25)}
    shared = forward.keys() & backward.keys()
    assert len(shared) > 100
    assert {pair: msgspec.json.encode(forward[pair]) for pair in shared} == {pair: msgspec.json.encode(backward[pair]) for pair in shared}


def test_a_texts_vector_is_bitwise_the_same_alone_and_in_any_batch(model: SentenceEncoder, postings: list[Document], resumes: list[Document]) -> None:
    paragraphs = [part.strip() for document in (*postings[:6], *resumes[:3]) for part in document.text.split("\n") if part.strip()]
    texts = [*paragraphs[:24], *(document.text for document in postings[:5]), "LCSW", "LCSW", "a"]
    alone = np.concatenate([model.encode([text]) for text in texts])
    assert model.encode(texts).tobytes() == alone.tobytes()
    order = random.Random(1).sample(range(len(texts)), len(texts))
    assert model.encode([texts[number] for number in order]).tobytes() == alone[order].tobytes()
    parts = [model.encode(texts[start : start + 3]) for start in range(0, len(texts), 3)]
    assert np.concatenate(parts).tobytes() == alone.tobytes()


def digest(matcher: Matcher) -> str:
    asked = [*sample("resumes")[:4], *sample("postings")[:4]]
    return hashlib.sha256(b"\n".join(told(matcher.match(document), matcher.vocabulary) for document in asked)).hexdigest()


def digest_of_sample() -> str:
    """What a process of its own answers."""
    vocabulary = load()
    return digest(matcher_over([*sample("postings"), *sample("resumes")], vocabulary, Reader(vocabulary, TODAY)))
