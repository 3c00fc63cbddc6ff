"""P3: who a person is changes no score: name, pronouns, forms of address, age, contact data, address below the state, a photo.

Everything is real here: the sample's resumes and postings, the reader, the model, the comparison. A swap writes another
identity into a resume as a person would; the scores for every fifth posting of the sample must be the same numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.record import Vectors, centroid
from index.vectors import similarities
from matcher.compare import compare
from matcher.document import Document
from matcher.passages import cut
from matcher.profile import Profile
from matcher.reading import Reader
from matcher.sides import Demand, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights
from tests.conftest import TODAY

if TYPE_CHECKING:
    from matcher.sentence_encoder import SentenceEncoder

SAMPLE = Path(__file__).parents[2] / "scripts" / "sample"
HEAD = 4  # lines in which a swap looks for the city
PRINTED = {  # resume -> the name as its first line prints it, family name last
    "r000": "MARISOL VANDERHEIDEN",
    "r004": "THAVARY LINDQVIST",
    "r006": "TOBIAS NWACHUKWU-LYLES",
    "r012": "Imelda Farnsworth-Quispe",
    "r016": "DESTINY KOWALCZYK",
    "r022": "SHOSHANA VILLAREAL",
    "r027": "MAI XIONG PATTERSON",
    "r029": "Yaritza Feldman",
    "r036": "TERRENCE ODUBER",
    "r041": "Leocadia Sandhu",
    "r044": "CORDELIA STANDINGDEER",
    "r047": "Lorelei Gutierrez",
    "r053": "Juniper Abeyta",
    "r055": "Tamsin Okeke",
    "r059": "PHILIPPA NAKAGAWA",
    "r067": "Selamawit Gebre",
    "r070": "TERRENCE J. BROUSSARD",
    "r072": "Blessing Mukendi",
    "r077": "RUTH ANN KOWALCZYK",
    "r081": "Declan Mahoney",
    "r086": "ALEJANDRA PUMAREJO",
    "r089": "Linnea Abdi-Sorensen",
    "r093": "JAMILA HATCHER-QUINN",
}
NAMES = [  # of many origins, and such as are words, months, places, callings or titles
    "Emily Walsh", "Greg Baker", "Lakisha Washington", "Jamal Jones", "DeShawn O'Neal", "María José Fernández Ruiz", "José Núñez", "Nguyễn Thị Hoa",
    "Xiu Ying Zhang", "Wei Li", "Sook-Ja Park", "Hiroshi Tanaka", "Priya Raghunathan", "Mohammed al-Rashid", "Fatima Zahra El Idrissi", "Oluwaseun Adéyẹmí",
    "Chidinma Okonkwo-Eze", "Siobhán Ní Bhriain", "Władysław Szczepański", "Søren Ångström", "Anastasia Ivanovna Petrova", "Kaʻiulani Kealoha", "Running Bear",
    "Jean-Luc D'Amboise", "Ludwig van der Berg", "Bo Xu", "Jo Ng", "J. R. Smith", "Martin Luther King III", "Robert Lee, Jr.",
    "April May", "Virginia Washington", "Carolina Dallas", "Dakota Grant", "Paris Hope", "Maryland Jones", "Georgia Houston", "Austin Jackson", "Israel Texas",
    "Montana Rivers", "Indiana London", "Faith Child", "Grace Young", "Joy Lovejoy", "Art Therapist", "Will Case", "Mark Price", "Christian Church",
    "Pat Counselor", "Charity Nurse", "Marshall Law", "Major King", "Hope Summers", "Drew Group", "Rich Trauma", "Sky Skills", "Constance Hours",
]  # fmt: skip
CALLINGS = {"Art Therapist", "Will Case", "Pat Counselor", "Charity Nurse", "Sky Skills"}  # read as a headline: "Art Therapist, ATR-BC" is one
Swap = Callable[[str, str], str]  # text, printed name -> text


def named(name: str) -> Swap:
    """Another name wherever the person's stands, in its capitals, and in the address for mail."""

    def swap(text: str, printed: str) -> str:
        own, other = printed.split(), name.partition(",")[0].split()
        for old, new in ((printed, name), (printed.title(), name), (own[-1], other[-1]), (own[-1].title(), other[-1])):
            text = re.sub(rf"\b{re.escape(old)}\b(?!@)(?<!@)", new.upper() if old.isupper() else new, text)
        return re.sub(r"(?<![\w.])[\w.]+(?=@)", re.sub(r"[^a-z.]", "", name.lower().replace(" ", ".")), text)

    return swap


def behind_name(words: str) -> Swap:
    return lambda text, printed: text.replace(printed, f"{printed}{words}", 1)


def before_name(words: str) -> Swap:
    return lambda text, printed: text.replace(printed, f"{words}{printed}", 1)


def below_top(line: str) -> Swap:
    """A line of its own below the line of the name."""
    return lambda text, printed: re.sub(rf"({re.escape(printed)}[^\n]*\n)", rf"\g<1>{line}\n", text, count=1)


def pronouns(subject: str, object: str, possessive: str) -> Swap:
    """Told in another person's pronouns: a sentence about the person at the end, whose other words are the same for all."""
    told = f"\n\nColleagues trust {object}. {possessive.title()} notes are on time, and {subject} led our group. We thank {object} for {possessive} work."
    return lambda text, printed: text + told


def city(name: str) -> Swap:
    """Another city of the state at the top."""

    def swap(text: str, printed: str) -> str:
        lines = text.split("\n")
        for number, line in enumerate(lines[1 : HEAD + 1], 1):
            placed = re.match(rf"(?P<city>{CITIES})(?=,? )", line)
            if placed:
                lines[number] = line.replace(placed.group("city"), name, 1)
                break
        return "\n".join(lines)

    return swap


CITIES = (
    "Colorado Springs|Minneapolis|Raleigh|Worcester|Houston|Columbus|San Diego|Fresno|Orlando|El Paso|Asheville|Long Beach|Boston|Albany|Rockford|Lowell|Miami"
)
ADDED: dict[str, Swap] = {
    **{f"pronouns behind the name: {words}": behind_name(words) for words in (" (she/her)", " (he/him)", " (they/them)", " (ze/zir)", " [she/her/hers]")},
    **{f"pronouns: {words}": below_top(f"Pronouns: {words}") for words in ("she/her", "he/him/his", "they/them", "ze/hir", "xe/xem", "she/they")},
    **{f"address: {words}": before_name(words) for words in ("Mr. ", "Ms. ", "Mrs. ", "Mx. ", "Miss ", "MR. ")},
    **{
        f"age: {words}": below_top(words)
        for words in ("Age: 58", "Age 27", "58 years old", "Born 1964", "Born in 1998", "Date of birth: 03/14/1964", "DOB: 3/14/98", "D.O.B. March 14, 1964")
    },
    **{f"mail: {words}": below_top(words) for words in ("sky.lgbtq@example.com", "Email: hbcu_grad@example.edu", "E-mail: grandma1955@example.net")},
    **{f"phone: {words}": below_top(words) for words in ("(212) 555-0100", "Phone: 404.555.0111", "Cell: +1 313-555-0122", "Tel. 1-808-555-0133")},
    **{
        f"street: {words}": below_top(words)
        for words in (
            "12 Martin Luther King Jr Blvd",
            "4500 Park Avenue, Apt 12B",
            "P.O. Box 77",
            "Address: 7 Church Street",
            "901 N. 3rd St. #4",
            "88 Vista Way",
        )
    },
    **{f"photo: {words}": below_top(words) for words in ("Photo attached", "[Photo]", "(photo available on request)", "Photograph: see attached")},
}
SWAPPED: dict[str, Swap] = {
    **{f"name: {name}": named(name) for name in NAMES},
    **{f"city: {name}": city(name) for name in ("Springfield", "Franklin", "Greenville")},
    "zip": lambda text, printed: re.sub(r"(?<=[A-Za-z] )\d{5}\b", "10001", text),
}
TOLD = {
    "she": pronouns("she", "her", "her"),
    "he": pronouns("he", "him", "his"),
    "they": pronouns("they", "them", "their"),
    "ze": pronouns("ze", "zir", "zir"),
    "xe": pronouns("xe", "xem", "xyr"),
}


def sample(name: str) -> list[Document]:
    lines = (SAMPLE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Document.from_mapping(json.loads(line)) for line in lines]


class Scores:
    """The scores of a resume for every posting of the sample; a text for the model is encoded once."""

    def __init__(self, reader: Reader, model: SentenceEncoder, vocabulary: Vocabulary) -> None:
        self._reader, self._model, self._vocabulary = reader, model, vocabulary
        self._known: dict[tuple[str, ...], Vectors] = {}
        postings = [reader.read(document) for document in sample("postings")[::5]]
        self._scores: dict[str, list[float]] = {}
        self._postings = [(Demand(profile, vocabulary), self._vector(profile)) for profile in postings]

    def _vector(self, profile: Profile) -> Vectors:
        words = tuple(passage.words for passage in cut(profile, self._model.pieces, self._model.window))
        if words not in self._known:
            self._known[words] = centroid(self._model.encode(words))
        return self._known[words]

    def of(self, resume: Document) -> list[float]:
        """The scores in the order of the postings."""
        if resume.text not in self._scores:
            self._scores[resume.text] = self._score(resume)
        return self._scores[resume.text]

    def _score(self, resume: Document) -> list[float]:
        profile = self._reader.read(resume)
        offer, vector = Offer(profile, self._vocabulary), self._vector(profile)
        cosines = [float(similarities(other, vector.reshape(1, -1))[0]) for _, other in self._postings]
        pairs = zip(self._postings, cosines, strict=True)
        return [compare(demand, offer, cosine, Weights(), self._vocabulary, TODAY).score for (demand, _), cosine in pairs]


@pytest.fixture(scope="module")
def scores(reader: Reader, model: SentenceEncoder, vocabulary: Vocabulary) -> Scores:
    return Scores(reader, model, vocabulary)


@pytest.fixture(scope="module")
def resumes() -> dict[str, Document]:
    return {document.id: document for document in sample("resumes") if document.id in PRINTED}


def _expected(name: str) -> object:
    hard = pytest.mark.xfail(reason="a first line that ends in a word of work is taken for a headline, not a name")
    return pytest.param(name, marks=hard if name.removeprefix("name: ") in CALLINGS else ())


@pytest.mark.parametrize("name", [_expected(name) for name in (*SWAPPED, *ADDED)])
def test_another_identity_changes_no_score(scores: Scores, resumes: dict[str, Document], name: str) -> None:
    """On every third resume, other thirds for other swaps; cities and postal codes, which not all print, on all."""
    swap = {**SWAPPED, **ADDED}[name]
    rare = name.startswith(("city", "zip"))
    tried = list(resumes) if rare else list(resumes)[[*SWAPPED, *ADDED].index(name) % 3 :: 3]
    changed = {id: replace(resumes[id], text=text) for id in tried if (text := swap(resumes[id].text, PRINTED[id])) != resumes[id].text}
    assert len(changed) >= (8 if rare else len(tried))
    assert [id for id, other in changed.items() if scores.of(other) != scores.of(resumes[id])] == []


@pytest.mark.parametrize("name", [name for name in TOLD if name != "she"])
def test_a_person_told_of_in_other_pronouns_has_the_same_scores(scores: Scores, resumes: dict[str, Document], name: str) -> None:
    ones, others = ({id: replace(resumes[id], text=TOLD[told](resumes[id].text, "")) for id in list(resumes)[::4]} for told in ("she", name))
    assert [id for id in ones if scores.of(ones[id]) != scores.of(others[id])] == []
