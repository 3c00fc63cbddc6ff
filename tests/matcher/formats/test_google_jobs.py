"""What Google for Jobs would refuse."""

from __future__ import annotations

import pytest

from matcher.formats import complaints, to_job_posting
from matcher.vocabulary import Vocabulary
from tests.conftest import posting

WHOLE = {"employer": "Harbor", "posted": "2026-11-01", "closes": "2026-12-01", "employment_type": "full_time", "pay": {"low": 1, "high": 2, "period": "hour"}}


def _complaints(vocabulary: Vocabulary, **more: object) -> list[tuple[str, bool]]:
    given = {"text": "LCSW wanted", "title": "Therapist", "place": "Austin, TX", **WHOLE, **more}
    return [(one.property, one.required) for one in complaints(to_job_posting(posting(**given), vocabulary))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, []),
        ({"title": ""}, [("title", True)]),
        ({"text": "therapist"}, [("description", True)]),
        ({"posted": None, "employer": ""}, [("datePosted", True), ("hiringOrganization", True)]),
        ({"place": ""}, [("jobLocation", True)]),
        ({"place": "Downtown"}, [("jobLocation", True)]),
        ({"place": "", "remote": True}, [("applicantLocationRequirements", True)]),
        ({"place": "", "remote": True, "telehealth_states": ["TX"]}, []),
        ({"pay": None, "employment_type": None, "closes": None}, [("baseSalary", False), ("employmentType", False), ("validThrough", False)]),
    ],
)
def test_each_rule_is_told_when_it_is_broken(more: dict[str, object], found: list[tuple[str, bool]], vocabulary: Vocabulary) -> None:
    assert _complaints(vocabulary, **more) == found
