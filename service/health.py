"""Checks of everything a match depends on: the same for a running service and for `clinmatch doctor`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from index.record import IndexProblem, centroid
from index.shelf import Row, Shelves
from index.store import readable
from index.vectors import similarities
from matcher.document import Kind, MatcherProblem
from matcher.encoder import Encoder
from matcher.matcher import LOCAL, Matcher
from matcher.upload import UploadReader
from matcher.vocabulary import Vocabulary, load
from service.compose import Service
from service.secret import Secret
from service.settings import MEMORY, Settings

SENTENCES = ("therapy with children", "therapy with teenagers", "oil for a red car")  # the first two are nearer to each other than to the third
SAME = 0.999  # cosine from which on two vectors are those of one text
WORDS = "Licensed in Texas"
MOMENT = 60.0  # seconds, after which a row that a check left behind goes by itself


class Unwell(MatcherProblem):
    """What a check found wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one check came to."""

    name: str
    well: bool
    told: str
    milliseconds: float


class Parts(Protocol):
    """What is checked. Where nothing is open yet it is opened, and raises what opening it raises; None stands for what was never made."""

    @property
    def settings(self) -> Settings:
        """Where everything lies."""

    def vocabulary(self) -> Vocabulary | None:
        """The vocabulary in use."""

    def encoder(self) -> Encoder:
        """The model in use."""

    def matcher(self) -> Matcher | None:
        """The matcher over the store."""

    def uploads(self) -> UploadReader:
        """The reader of files."""

    def shelves(self) -> Shelves | None:
        """What the service keeps beside the store."""

    def secret(self) -> Secret | None:
        """The secret in use."""


class Running:
    """The parts of a running service, all of them open."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.settings = service.settings

    def vocabulary(self) -> Vocabulary:
        """See Parts."""
        return self._service.matcher.vocabulary

    def encoder(self) -> Encoder:
        """See Parts."""
        return self._service.matcher.encoder

    def matcher(self) -> Matcher:
        """See Parts."""
        return self._service.matcher

    def uploads(self) -> UploadReader:
        """See Parts."""
        return self._service.uploads

    def shelves(self) -> Shelves:
        """See Parts."""
        return self._service.shelves

    def secret(self) -> Secret:
        """See Parts."""
        return self._service.secret


def checked(parts: Parts) -> list[Check]:
    """Every check in turn; one that rests on another which went wrong is left out."""
    found: dict[str, Check] = {}
    for name, check in CHECKS.items():
        if all(other in found and found[other].well for other in RESTS_ON.get(name, ())):
            found[name] = _checked(name, check, parts)
    return list(found.values())


def _checked(name: str, check: Callable[[Parts], str], parts: Parts) -> Check:
    started = time.perf_counter()
    try:
        well, told = True, check(parts)
    except (MatcherProblem, IndexProblem, OSError) as error:
        well, told = False, str(error)
    except Exception as error:  # its message may quote a text
        well, told = False, f"a fault of the program: {type(error).__name__}"
    return Check(name, well, told, round((time.perf_counter() - started) * 1000, 1))


def _vocabulary(parts: Parts) -> str:
    used, found = parts.vocabulary(), load.__wrapped__()  # from the files, as they are now
    if used and used.version != found.version:
        raise Unwell(f"the files are of version {found.version}, in use is {used.version}; start the service anew")
    titles = sum(len(rows) for rows in found.licences.by_title.values())
    return f"{len(found.concepts)} concepts, {titles} licence titles, version {found.version}"


def _model(parts: Parts) -> str:
    encoder = parts.encoder()
    encoder.verify()
    return encoder.name


def _store(parts: Parts) -> str:
    matcher, path = parts.matcher(), parts.settings.store
    if matcher is None:
        return f"{path}: none yet; clinmatch ingest creates it"
    strays = matcher.index.strays()
    if strays:
        raise Unwell(f"{path}: the file and what is searched differ by {strays} documents; start the service anew")
    return f"{path}: {matcher.count(Kind.POSTING)} postings, {matcher.count(Kind.RESUME)} resumes, change {matcher.index.sequence(LOCAL)}"


def _encoding(parts: Parts) -> str:
    encoder = parts.encoder()
    rows = encoder.encode(SENTENCES)
    alone = encoder.encode(SENTENCES[:1])[0]
    near, far = (float(one) for one in similarities(rows[0], rows[1:]))
    same = float(similarities(alone, rows[:1])[0])
    if not near > far:
        raise Unwell(f"texts that are alike lie at {near:.2f}, others at {far:.2f}; the model does not work on this machine")
    if not same >= SAME:
        raise Unwell(f"the same text lies at {same:.3f} to itself, must be 1; the model does not work on this machine")
    return f"{encoder.dimension} numbers a text; texts that are alike lie at {near:.2f}, others at {far:.2f}"


def _documents(parts: Parts) -> str:
    matcher = parts.matcher()
    found = [(kind, one.document.id) for kind in Kind for one in (matcher.listed(kind, limit=1) if matcher else ())]
    for kind, id in found:
        assert matcher
        asked = matcher.asked(kind, id)
        again = matcher.read([asked.document])[0]
        if len(asked.vectors) and not float(similarities(centroid(asked.vectors), centroid(again.vectors).reshape(1, -1))[0]) >= SAME:
            raise Unwell("a stored document is read and encoded otherwise now than when it was stored; run: clinmatch rebuild")
    return f"{' and '.join(f'a {kind}' for kind, _ in found)} read back, and read and encoded as when stored" if found else "none stored yet"


def _uploads(parts: Parts) -> str:
    uploads = parts.uploads()
    found = uploads.read(_pdf(WORDS)).text.strip()
    if found != WORDS:
        raise Unwell(f"a PDF of {len(WORDS)} characters was read as {len(found)} others; install the packages of constraints.txt")
    kept = "is kept from the network" if uploads.network == "namespace" else "could reach the network, as this machine keeps no process from it"
    return f"a PDF is read by a process of its own, which {kept}"


def _shelves(parts: Parts) -> str:
    shelves, path = parts.shelves(), parts.settings.shelves
    if shelves is None:
        return f"{path}: none yet; clinmatch serve creates it"
    now = time.time()
    with readable(str(path)):
        shelves.put(Row("health", LOCAL, "check", b"here", now + MOMENT))
        row = shelves.get("health", LOCAL, "check", now)
        shelves.delete("health", LOCAL, "check")
    if row is None or row.body != b"here":
        raise Unwell(f"{path}: what was written is not read again; restore a backup, or move the file away")
    return f"{path}: written, read and removed again"


def _secret(parts: Parts) -> str:
    used, path = parts.secret(), parts.settings.secret
    if used is None:
        return f"{path}: none yet; clinmatch serve creates it"
    if path == MEMORY:
        return "in memory only"
    if not path.exists():
        raise Unwell(f"{path}: is gone; restore it before the service is started anew, or all keys are void")
    if Secret.load(path).mark("health") != used.mark("health"):
        raise Unwell(f"{path}: is not the one in use; restore it before the service is started anew, or all keys are void")
    if path.stat().st_mode & 0o077:
        raise Unwell(f"{path}: others can read it; run: chmod 600 {path}")
    return f"{path}: the one in use, and its owner's alone"


def _pdf(words: str) -> bytes:
    """A PDF of one line."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj%s endobj\n" % (number, body)
    listed = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + listed + trailer


CHECKS: Mapping[str, Callable[[Parts], str]] = {
    "vocabulary": _vocabulary, "model": _model, "store": _store, "encoding": _encoding, "documents": _documents, "uploads": _uploads,
    "shelves": _shelves, "secret": _secret,
}  # fmt: skip
RESTS_ON = {"encoding": ("model",), "documents": ("model", "store")}
