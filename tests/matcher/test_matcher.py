"""The flow from a text to ranked matches, in both directions."""

from __future__ import annotations

import pytest

from index.record import Filter
from matcher.document import Kind
from matcher.filters import to_filter
from matcher.matcher import Matcher, NothingToRead, UnknownDocument, batches, fingerprint
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights
from tests.conftest import WordLengthEncoder, posting, resume

EMDR = "Experience\nProvided EMDR to adults in Tampa, FL."
CBT = "Experience\nProvided CBT to adults in Reno, NV."
ASKED = posting("Requirements\nExperience with EMDR for adults.")


def test_a_document_that_was_put_is_got_with_what_was_read(matcher: Matcher, reader: Reader) -> None:
    document = resume(EMDR)
    matcher.put([document])
    stored = matcher.get(Kind.RESUME, "r1")
    assert stored.document == document
    assert stored.profile == reader.read(document)
    assert stored.passages == ((0, len(EMDR)),)


def test_putting_again_replaces(matcher: Matcher) -> None:
    first = matcher.put([resume(EMDR)])
    second = matcher.put([resume(CBT)])
    assert (first.sequence, first.replaced) == (1, frozenset())
    assert (second.sequence, [one.id for one in second.replaced]) == (2, ["r1"])
    assert matcher.get(Kind.RESUME, "r1").document.text == CBT
    assert matcher.count(Kind.RESUME) == 1
    (found,) = matcher.match(ASKED)
    assert found.document.text == CBT


def test_a_deleted_document_is_unknown_and_never_found(matcher: Matcher) -> None:
    matcher.put([resume(EMDR), resume(CBT, "r2")])
    matcher.delete(Kind.RESUME, "r1")
    assert [one.document.id for one in matcher.match(ASKED)] == ["r2"]
    with pytest.raises(UnknownDocument, match="no resume 'r1'"):
        matcher.get(Kind.RESUME, "r1")
    with pytest.raises(UnknownDocument, match="no resume 'r1'"):
        matcher.delete(Kind.RESUME, "r1")
    with pytest.raises(UnknownDocument, match="no resume 'r1'"):
        matcher.match_stored(Kind.RESUME, "r1")


def test_a_document_of_the_other_kind_or_tenant_is_unknown(matcher: Matcher) -> None:
    matcher.put([resume(EMDR)])
    with pytest.raises(UnknownDocument, match="no posting 'r1'"):
        matcher.get(Kind.POSTING, "r1")
    with pytest.raises(UnknownDocument, match="no resume 'r1'"):
        matcher.get(Kind.RESUME, "r1", "another")
    assert matcher.match(ASKED, "another") == []


def test_the_better_match_stands_first(matcher: Matcher) -> None:
    matcher.put([resume(CBT, "a"), resume(EMDR, "b")])
    found = matcher.match(ASKED)
    assert [one.document.id for one in found] == ["b", "a"]
    assert found[0].match.score > found[1].match.score


def test_ties_stand_in_order_of_their_ids(matcher: Matcher) -> None:
    matcher.put([resume(EMDR, id) for id in ("c", "a", "d", "b")])
    found = matcher.match(ASKED)
    assert [one.document.id for one in found] == ["a", "b", "c", "d"]
    assert len({one.match.score for one in found}) == 1
    assert [one.document.id for one in matcher.match(ASKED, limit=2)] == ["a", "b"]


def test_a_resume_finds_postings_by_the_same_score(matcher: Matcher) -> None:
    matcher.put([ASKED, resume(EMDR)])
    (there,) = matcher.match_stored(Kind.POSTING, "p1")
    (back,) = matcher.match(resume(EMDR))
    assert (there.document.id, back.document.id) == ("r1", "p1")
    assert there.match == back.match


def test_a_stored_document_matches_as_the_same_text_does(matcher: Matcher) -> None:
    matcher.put([ASKED, resume(EMDR), resume(CBT, "r2")])
    assert matcher.match_stored(Kind.POSTING, "p1") == matcher.match(ASKED)


def test_a_pair_that_is_not_stored_scores_as_one_that_is(matcher: Matcher) -> None:
    alone = matcher.compare(ASKED, resume(EMDR))
    assert matcher.count(Kind.RESUME) == 0
    matcher.put([resume(EMDR)])
    (found,) = matcher.match(ASKED)
    assert found.match.score == alone.score
    assert [part.points for part in found.match.parts] == [part.points for part in alone.parts]


def test_a_filter_limits_what_is_found(matcher: Matcher) -> None:
    matcher.put([resume(EMDR, "fl"), resume(CBT, "nv")])
    assert [one.document.id for one in matcher.match(ASKED, where=to_filter({"state": ["NV"]}, {}, matcher.vocabulary))] == ["nv"]
    assert [one.document.id for one in matcher.match(ASKED, where=to_filter({}, {"state": ["NV"]}, matcher.vocabulary))] == ["fl"]
    assert matcher.match(ASKED, where=Filter({"state": frozenset({"TX"})})) == []


def test_weights_decide_the_score(matcher: Matcher) -> None:
    only = Weights.from_mapping({**dict.fromkeys(Weights().worth, 0), "modalities": 1})
    assert matcher.compare(ASKED, resume(EMDR), only).score == 50.0
    assert matcher.compare(ASKED, resume(CBT), only).score == 0.0


def test_the_line_of_likeness_quotes_the_passages_that_are_most_alike(matcher: Matcher) -> None:
    match = matcher.compare(ASKED, resume(EMDR))
    (part,) = [part for part in match.parts if part.name == "similarity"]
    assert match.posting.quote(part.posting[0]) == ASKED.text
    assert match.resume.quote(part.resume[0]) == EMDR


def test_a_text_without_anything_clinical_is_refused_when_it_asks(matcher: Matcher) -> None:
    with pytest.raises(NothingToRead, match="nothing clinical was found in the text"):
        matcher.match(posting("Zebra crossing painter wanted for stripes."))


def test_an_empty_store_has_no_matches(matcher: Matcher) -> None:
    assert matcher.match(ASKED) == []
    assert matcher.count(Kind.RESUME) == 0


def test_reading_gives_a_row_for_each_passage(matcher: Matcher) -> None:
    short, long = matcher.read([ASKED, resume("Experience\n" + "Provided EMDR to adults daily. " * 40)])
    assert (len(short.passages), short.vectors.shape) == (1, (1, 8))
    assert len(long.passages) == len(long.vectors) == 5
    assert [passage.start for passage in matcher.read_passages(long.document)] == [start for start, _ in long.passages]


def test_the_fingerprint_names_model_rules_and_vocabulary(vocabulary: Vocabulary) -> None:
    name = fingerprint(WordLengthEncoder(), vocabulary)
    assert name.startswith("word-length@fp32 passages-")
    assert name.endswith(f"vocabulary-{vocabulary.version}")


def test_batches_hold_all_items_in_order() -> None:
    assert list(batches(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batches([], 3)) == []
