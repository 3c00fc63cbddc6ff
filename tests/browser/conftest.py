"""The pages over the sample and the real model, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser

from index.embedded import EmbeddedIndex
from matcher.matcher import Matcher, fingerprint
from matcher.reading import Reader
from matcher.sheet import BriefSheet
from matcher.vocabulary import Vocabulary
from scripts.demo import SAMPLE
from scripts.ingest import ingest
from tests.browser.browser import Visits, executable, launched
from tests.service.conftest import app_over
from tests.serving import listening

if TYPE_CHECKING:
    from matcher.sentence_encoder import SentenceEncoder


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser of all tests of this package."""
    with launched(executable()) as browser:
        yield browser


@pytest.fixture(scope="package")
def origin(model: SentenceEncoder, vocabulary: Vocabulary, reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the service over the sample; what a test stores there it takes out again."""
    folder = tmp_path_factory.mktemp("browser")
    index = EmbeddedIndex.open(folder / "store.db", fingerprint(model, vocabulary), model.dimension, "clinmatch rebuild", BriefSheet)
    matcher = Matcher(vocabulary, reader, model, index)
    ingest(matcher, [SAMPLE / "postings.jsonl", SAMPLE / "resumes.jsonl"])
    with listening(app_over(matcher, folder)) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, origin: str) -> Iterator[Visits]:
    """Opens pages; in the end none has complained, failed, broken the policy or asked anything of another site."""
    visits = Visits(browser, origin)
    yield visits
    visits.close()
    assert visits.faults == []
