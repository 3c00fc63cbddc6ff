"""The loader names file and row of what breaks the format; the real data keeps what readers rely on."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from matcher.profile import Level
from matcher.vocabulary import Vocabulary, VocabularyInvalid, load
from matcher.vocabulary.loader import DATA

TERRITORIES = {"PR", "GU", "VI"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real data."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def _appended(folder: Path, name: str, row: str) -> int:
    """The line number of a row added to a file."""
    path = folder / name
    text = path.read_text("utf-8").rstrip("\n")
    path.write_text(f"{text}\n{row}\n", "utf-8")
    return text.count("\n") + 2


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("modalities.csv", "problem.zzz,Zzz,,,,,,,G", "id 'problem.zzz' does not begin with 'modality'"),
        ("modalities.csv", "modality.zzz,Zzz,,,ZZZ", "has more or fewer than 9 cells"),
        ("modalities.csv", "modality.zzz,Zzz,,,,,,,G,more", "has more or fewer than 9 cells"),
        ("modalities.csv", "modality.zzz,Zzz,,,,ZZ,,,G", "modality.zzz has ambiguous forms but no cues that decide"),
        ("licences.csv", "LCSW,CA,Again,social_work,independent,,,G,", "('LCSW', 'CA', 'social_work') stands twice"),
        ("licences.csv", "ZZZ,CA,Zzz,magic,independent,,,G,", "unknown family 'magic' or level 'independent'"),
        ("licences.csv", "ZZZ,CA,Zzz,counseling,highest,,,G,", "unknown family 'counseling' or level 'highest'"),
        ("cues.csv", "maybe,perhaps", "unknown use 'maybe', expected one of denied_before"),
        ("compacts.csv", "counseling,ZZ", "has more or fewer than 6 cells"),
        ("states.csv", "ZZ,Zed", "has more or fewer than 4 cells"),
        ("headings.csv", "posting,required", "has more or fewer than 3 cells"),
    ],
)
def test_a_row_that_breaks_the_format_is_named_by_file_and_number(folder: Path, name: str, row: str, reason: str) -> None:
    number = _appended(folder, name, row)
    with pytest.raises(VocabularyInvalid) as raised:
        load(folder)
    assert str(raised.value).startswith(f"{name}:{number}: {reason}")


@pytest.mark.parametrize("name", ["modalities.csv", "licences.csv", "compacts.csv", "states.csv", "cues.csv", "headings.csv"])
def test_wrong_columns_are_named(folder: Path, name: str) -> None:
    path = folder / name
    path.write_text("wrong,columns\n" + path.read_text("utf-8").partition("\n")[2], "utf-8")
    with pytest.raises(VocabularyInvalid, match=rf"{name}: columns are \['wrong', 'columns'\], expected"):
        load(folder)


def test_a_concept_that_stands_twice_is_named(folder: Path) -> None:
    _appended(folder, "modalities.csv", "modality.cbt,Again,,,,,,,G")
    with pytest.raises(VocabularyInvalid, match=r"modalities\.csv: modality\.cbt stands twice"):
        load(folder)


def test_a_parent_that_does_not_exist_is_named_with_its_child(folder: Path) -> None:
    _appended(folder, "modalities.csv", "modality.zzz,Zzz,modality.nowhere,,,,,,G")
    with pytest.raises(VocabularyInvalid, match=r"modality\.zzz: parent 'modality\.nowhere' does not exist"):
        load(folder)


def test_parents_in_a_circle_are_refused(folder: Path) -> None:
    _appended(folder, "modalities.csv", "modality.yyy,Yyy,modality.zzz,,,,,,G\nmodality.zzz,Zzz,modality.yyy,,,,,,G")
    with pytest.raises(VocabularyInvalid, match=r"parents go round in a circle: modality\.yyy > modality\.zzz > modality\.yyy"):
        load(folder)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda path: path.name)
def test_the_version_changes_with_any_file(folder: Path, path: Path, vocabulary: Vocabulary) -> None:
    with (folder / path.name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert load(folder).version != vocabulary.version


def test_the_same_files_elsewhere_give_the_same_version(folder: Path, vocabulary: Vocabulary) -> None:
    again = load(folder)
    assert (again.version, again.concepts, again.forms) == (vocabulary.version, vocabulary.concepts, vocabulary.forms)


@pytest.mark.parametrize("family", ["counseling", "social_work", "marriage_family"])
def test_every_state_has_an_independent_title(vocabulary: Vocabulary, family: str) -> None:
    rows = [row for listed in vocabulary.licences.by_title.values() for row in listed]
    independent = {row.state for row in rows if row.family == family and row.level is Level.INDEPENDENT}
    assert set(vocabulary.states) - TERRITORIES <= independent
    assert len(set(vocabulary.states) - TERRITORIES) == 51


def test_compacts_say_where_every_state_stands(vocabulary: Vocabulary) -> None:
    states = set(vocabulary.states) - TERRITORIES
    assert set(vocabulary.compacts) == {(compact, state) for compact in ("counseling", "social_work", "psychology") for state in states}
    counts = Counter((compact, member.status) for (compact, _), member in vocabulary.compacts.items())
    assert {status for _, status in counts} == {"issuing", "enacted", "none", "undetermined"}
    assert {state for (compact, state), member in vocabulary.compacts.items() if (compact, member.status) == ("counseling", "issuing")} == {
        "AZ",
        "GA",
        "IN",
        "LA",
        "MN",
        "OH",
    }
    assert counts["social_work", "issuing"] == 0


def _shared(vocabulary: Vocabulary) -> set[tuple[str, ...]]:
    """The concepts of one category that one writing names at once, though no context decides between them."""
    found = set()
    for forms in vocabulary.forms.values():
        named: dict[tuple[str, str], set[str]] = defaultdict(set)
        for form in forms:
            if not form.held:
                written = "".join(word.raw for word in form.words) if form.exact else form.key
                named[form.concept.partition(".")[0], written].add(form.concept)
        found |= {tuple(sorted(concepts)) for concepts in named.values() if len(concepts) > 1}
    return found


def test_no_alias_is_shared_by_two_concepts_that_are_no_kin(vocabulary: Vocabulary) -> None:
    kin = {concepts for concepts in _shared(vocabulary) if any(one in vocabulary.ancestors[other] for one in concepts for other in concepts if one != other)}
    assert _shared(vocabulary) - kin == set()


def test_no_alias_is_shared_by_two_concepts_of_a_category(vocabulary: Vocabulary) -> None:
    assert _shared(vocabulary) == set()


def test_every_cue_that_means_a_category_names_one(vocabulary: Vocabulary) -> None:
    categories = {"licence", *(concept.category for concept in vocabulary.concepts.values())}
    assert {cue[1:] for concept in vocabulary.concepts.values() for cue in concept.cues if cue.startswith("@")} <= categories | {"item"}


def test_the_ancestors_of_a_concept_hold_itself_its_parents_and_theirs(vocabulary: Vocabulary) -> None:
    assert vocabulary.ancestors["modality.cpt"] >= {"modality.cpt", "modality.cbt", "modality.trauma", "modality.psychotherapy"}
    assert vocabulary.name("modality.cpt") == "Cognitive Processing Therapy"
