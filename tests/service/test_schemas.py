"""The shapes of requests and answers."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import BaseModel, ValidationError

from matcher.document import Document, InvalidDocument, Kind, Pay
from matcher.matcher import Matcher
from service import schemas
from service.render import document_out, match_out
from service.schemas import CompareIn, DocumentIn, MatchIn
from tests.conftest import posting, resume

SHAPES = [
    value for value in vars(schemas).values() if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == schemas.__name__
]  # fmt: skip


def test_a_document_keeps_every_field_it_was_sent_with() -> None:
    sent = DocumentIn.model_validate(
        {
            "text": "LCSW",
            "title": "Therapist",
            "employer": "Clinic",
            "place": "Austin, TX",
            "employment_type": "contract",
            "pay": {"low": 40, "high": 60, "period": "session"},
            "remote": True,
            "telehealth_states": ["TX"],
            "posted": "2026-11-01",
            "closes": "2026-12-01",
        }
    )
    expected = Document(
        "p1", Kind.POSTING, "LCSW", "Therapist", "Clinic", "Austin, TX", "contract", Pay(40, 60, "session"), True, ("TX",),
        date(2026, 11, 1), date(2026, 12, 1),
    )  # fmt: skip
    assert sent.document(Kind.POSTING, "p1") == expected


def test_the_fields_of_the_request_are_those_of_a_document_without_id_and_kind() -> None:
    assert {*DocumentIn.model_fields, "id", "kind"} == set(Document.__dataclass_fields__)


def test_a_refused_field_is_named_within_its_place() -> None:
    with pytest.raises(InvalidDocument) as caught:
        DocumentIn(text="***").document(Kind.POSTING, "p1", "posting.")
    assert caught.value.field == "posting.text"


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.__name__ for shape in SHAPES])
def test_every_shape_refuses_a_field_that_it_does_not_know(shape: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as caught:
        shape.model_validate({"surprise": 1})
    assert [one["loc"] for one in caught.value.errors() if one["type"] == "extra_forbidden"] == [("surprise",)]


def test_a_question_without_a_limit_asks_for_ten() -> None:
    assert MatchIn.model_validate({"query": {"kind": "resume", "text": "LCSW"}}).limit == 10


@pytest.mark.parametrize("limit", [0, -1, 201, 1.5, "many"])
def test_a_limit_out_of_its_bounds_is_refused(limit: object) -> None:
    with pytest.raises(ValidationError, match="limit"):
        MatchIn.model_validate({"query": {"kind": "resume", "text": "LCSW"}, "limit": limit})


def test_every_example_is_valid() -> None:
    for shape in (DocumentIn, MatchIn, CompareIn, schemas.Asking):
        extra = shape.model_config["json_schema_extra"]
        assert isinstance(extra, dict)
        examples = extra["examples"]
        assert isinstance(examples, list)
        assert examples
        for example in examples:
            assert shape.model_validate(example).model_dump(exclude_unset=True, mode="json") == example


def test_a_match_is_shown_with_every_part_of_its_ledger(matcher: Matcher) -> None:
    match = matcher.compare(posting("LCSW required. EMDR required, DBT preferred.", place="Austin, TX"), resume("Jane Roe, LCSW\nAustin, TX\nEMDR with teens."))
    shown = match_out(match, matcher.vocabulary)
    assert [(part.name, part.concept, part.points, part.possible, part.low, part.high) for part in shown.parts] == [
        (part.name, part.concept, part.points, part.possible, part.low, part.high) for part in match.parts
    ]
    assert (shown.score, shown.interval, shown.similarity) == (match.score, match.interval, match.similarity)
    assert shown.eligibility == match.eligibility.verdict.value


def test_a_stored_document_is_shown_with_every_mention_and_licence(matcher: Matcher) -> None:
    matcher.put([posting("LCSW required. EMDR with adolescents.", place="Austin, TX")])
    stored = matcher.get(Kind.POSTING, "p1")
    shown = document_out(stored, matcher.vocabulary)
    assert [one["concept"] for one in shown.read.mentions] == [mention.concept for mention in stored.profile.mentions]
    assert [(one["title"], one["state"], one["words"]) for one in shown.read.licences] == [("LCSW", "TX", "LCSW")]
