"""What our ranking is held against: plain controls, and peers that are measured where they are installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import bm25s
import numpy as np

from index.record import Vectors
from matcher.document import Document, Kind, MatcherProblem
from matcher.encoder import Encoder
from matcher.evaluation import DEEP, JudgedFolder, Rank, Ranking
from matcher.words import Words

FUSION = 60  # the constant of reciprocal-rank fusion (Cormack, Clarke and Buettcher 2009)
PASSAGE_WORDS = 150  # words a passage of the passage control has at most: what the model reads of one text
PEERS = ("txtai",)
STOPWORDS = frozenset(  # that BM25 does not count, folded
    """
    a about after all also an and any are as at be been before being between both but by can could did do doe each for from had has have he her
    his how i if in into is it its may me more most must my no not of on one or other our out over own per she should so some such than that the
    their them then there these they thi this those through to under up use used we were what when where which while who will with within would
    you your
    """.split()  # noqa: SIM905
)


class PeerMissing(MatcherProblem):
    """A peer was asked for that is not installed."""


def controls(folder: JudgedFolder, searched: Kind, encoder: Encoder) -> dict[str, Rank]:
    """What a user could pick instead: BM25, the first 256 word pieces with exact search, the fusion of both, and all passages."""
    documents = folder.documents[searched]
    words, dense = _bm25(documents), _dense(documents, encoder)
    return {"bm25": words, "minilm-256": dense, "fusion": _fusion((words, dense)), "minilm-passages": _passages(documents, encoder)}


def peer(name: str, folder: JudgedFolder, searched: Kind, model: Path | None = None) -> Rank:
    """Another engine as it comes, over the same texts; raises PeerMissing."""
    index = open_peer(name, model, content=False)
    index.index((id, whole(document)) for id, document in folder.documents[searched].items())
    return lambda document: _sorted(index.search(whole(document), DEEP))


def open_peer(name: str, model: Path | None = None, **settings: object) -> Any:
    """An empty hybrid index of another engine over our weights, BM25 and vectors counting the same; raises PeerMissing where it is not installed."""
    if name not in PEERS:
        raise PeerMissing(f"unknown peer {name!r}; the peers are {', '.join(PEERS)}")
    from matcher.sentence_encoder import packaged  # before the peer loads torch: it sets how threads wait; seconds, which the controls need not pay

    try:
        from txtai import Embeddings
    except ImportError as error:
        raise PeerMissing(f"txtai is not installed ({error}); install the extra: pip install 'clinmatch[peers]'") from error
    return Embeddings(path=str(model or packaged()), hybrid=True, **settings)


def _bm25(documents: Mapping[str, Document]) -> Rank:
    index, ids = bm25s.BM25(method="lucene", dtype="float64"), list(documents)
    index.index([_plain_words(document) for document in documents.values()], show_progress=False)
    return lambda document: _ranked(ids, index.get_scores(_plain_words(document)))


def _dense(documents: Mapping[str, Document], encoder: Encoder) -> Rank:
    ids = list(documents)
    vectors = encoder.encode([whole(document) for document in documents.values()])
    return lambda document: _ranked(ids, vectors @ encoder.encode([whole(document)])[0])


def _passages(documents: Mapping[str, Document], encoder: Encoder) -> Rank:
    """For each passage of the query the best one of a document, and the mean of these."""
    ids = list(documents)
    cut = [_pieces(document) for document in documents.values()]
    vectors = encoder.encode([passage for listed in cut for passage in listed])
    begins = np.cumsum([0, *(len(listed) for listed in cut)])

    def rank(document: Document) -> Ranking:
        near: Vectors = encoder.encode(_pieces(document)) @ vectors.T
        return _ranked(ids, [near[:, start:end].max(axis=1).mean() for start, end in pairwise(begins)])

    return rank


def _pieces(document: Document) -> list[str]:
    """The whole text in passages of PASSAGE_WORDS words, the last one shorter."""
    words = whole(document).split()
    return [" ".join(words[start : start + PASSAGE_WORDS]) for start in range(0, len(words), PASSAGE_WORDS)]


def _fusion(rankers: Sequence[Rank]) -> Rank:
    def rank(document: Document) -> Ranking:
        scores: dict[str, float] = {}
        for ranker in rankers:
            for place, (id, _) in enumerate(ranker(document), 1):
                scores[id] = scores.get(id, 0.0) + 1 / (FUSION + place)
        return _sorted(scores.items())

    return rank


def _ranked(ids: Sequence[str], scores: Iterable[float]) -> Ranking:
    return _sorted(zip(ids, scores, strict=True))


def _sorted(pairs: Iterable[tuple[str, float]]) -> Ranking:
    """Best first, ties by id, as many as are kept of a ranking."""
    return sorted(((id, float(score)) for id, score in pairs), key=lambda pair: (-pair[1], pair[0]))[:DEEP]


def whole(document: Document) -> str:
    """All that a document says, as one text."""
    return ". ".join(part for part in (document.title, document.employer, document.place, document.text) if part)


def _plain_words(document: Document) -> list[str]:
    return [word.folded for word in Words(whole(document)).words if word.folded not in STOPWORDS]
