"""A profile goes into a record and comes out unchanged, and is filtered by its facets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from index.record import Key
from matcher.catalog import Stored, copying, document_in, facets, from_record, key, numbers, to_record
from matcher.document import Document, Kind
from matcher.reading import Reader
from tests.conftest import posting, resume

STATES = ("FL", "GA")
POSTING = posting(
    "Requirements\nLCSW required. At least 2 years of clinical experience with EMDR for adults.\nFluency in Spanish is a plus.",
    title="Clinical Social Worker",
    place="Tampa, FL",
    employment_type="part_time",
    pay={"low": 40, "high": 60, "period": "hour"},
    telehealth_states=["GA"],
    posted="2026-11-01",
)
RESUME = resume("Jane Roe\nFresno, CA 93701\n\nExperience\nLMFT in California since 2015. Provided EMDR “daily” – naïve? I do not offer CBT.")


@pytest.mark.parametrize("document", [POSTING, RESUME])
def test_what_was_read_comes_back_from_its_record_unchanged(reader: Reader, document: Document) -> None:
    vectors = np.eye(2, dtype=np.float32)
    stored = Stored(document, reader.read(document), ((0, 10), (10, 30)))
    record = to_record("t1", stored, vectors, b"brief")
    assert record.key == Key("t1", document.kind.value, document.id) == key("t1", document.kind, document.id)
    assert replace(from_record(record), tag="") == stored
    assert from_record(record).tag == record.tag
    assert document_in(record.body) == document


def test_a_record_holds_the_text_once(reader: Reader) -> None:
    record = to_record("t1", Stored(RESUME, reader.read(RESUME), ()), np.eye(1, dtype=np.float32), b"")
    assert record.body.decode().count("since 2015") == 1


def test_the_same_document_gives_the_same_bytes(reader: Reader) -> None:
    one, other = (to_record("t1", Stored(RESUME, reader.read(RESUME), ()), np.eye(1, dtype=np.float32), b"") for _ in range(2))
    assert one.body == other.body


def test_a_posting_is_filtered_by_what_it_asks(reader: Reader) -> None:
    assert facets(POSTING, reader.read(POSTING)) == {
        "state": ("FL", "GA"),
        "mode": ("onsite",),
        "employment_type": ("part_time",),
        "licence_family": ("social_work",),
        "licence_level": ("independent",),
        "licence": tuple(
            sorted(["social_work", "social_work:independent", *(f"social_work{level}@{state}" for level in ("", ":independent") for state in STATES)])
        ),
        "modality": ("modality.trauma.emdr",),
        "population": ("population.adults",),
        "language": ("language.spanish",),
        "profession": ("profession.clinical-social-worker",),
    }


def test_a_resume_is_filtered_by_what_it_holds_and_not_by_what_it_refuses(reader: Reader) -> None:
    found = facets(RESUME, reader.read(RESUME))
    assert found["modality"] == ("modality.trauma.emdr",)
    assert (found["state"], found["licence_family"]) == (("CA",), ("marriage_family",))


def test_a_lapsed_licence_is_no_facet(reader: Reader) -> None:
    document = resume("Jane Roe\nTampa, FL 33601\nTherapist. Texas LCSW, lapsed in 2019.")
    found = facets(document, reader.read(document))
    assert found["state"] == ("FL",)
    assert "licence_level" not in found


def test_texts_with_words_in_common_are_told_by_their_sketches(reader: Reader) -> None:
    line = "Provide individual and family therapy to children after trauma in three schools of the district."
    asked, other = (replace(RESUME, text=text) for text in (f"LCSW. {line}", "LPC. DBT groups for adults."))
    copy = replace(POSTING, text=f"We are a clinic.\n{line}")
    sketches = [to_record("t1", Stored(one, reader.read(one), ()), np.eye(1, dtype=np.float32), b"").sketch for one in (POSTING, copy)]
    assert copying(reader.read(asked), [*sketches, b""]) == [False, True, False]
    assert copying(reader.read(other), sketches) == [False, False]
    assert copying(reader.read(asked), []) == []


def test_sizes_are_yearly_pay_years_and_days(reader: Reader) -> None:
    day = float(date(2026, 11, 1).toordinal())
    assert numbers(POSTING, reader.read(POSTING)) == {"pay_per_year": (83_200, 124_800), "years": (2, 2), "posted": (day, day)}
    said = posting("LCSW required. Pay: $60,000 - $80,000 a year.", closes="2026-11-01")
    assert numbers(said, reader.read(said)) == {"pay_per_year": (60_000, 80_000), "closes": (day, day)}
    silent = posting("LCSW required.")
    assert numbers(silent, reader.read(silent)) == {}


def test_the_two_kinds_have_different_keys() -> None:
    assert key("t", Kind.POSTING, "1") != key("t", Kind.RESUME, "1")
