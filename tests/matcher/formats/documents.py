"""Documents of every kind that can be, for tests of what a format carries."""

from __future__ import annotations

from hypothesis import strategies as st

from matcher.document import EMPLOYMENT_TYPES, PERIODS, STATES, Document, Kind

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
LINES = st.lists(
    st.one_of(WORDS, st.sampled_from(["", "- a", "• b", "LCSW & <b>", "  c ", "'=1", "''", "@x", "a\r\nb", "&amp;", "<p>", "Austin, TX", "1 < 2"])), max_size=8
)
PLACES = st.one_of(
    WORDS, st.sampled_from(["Austin, TX", "Texas", "Austin, Texas", "Remote (AZ, NM)", "Seattle, WA; Tacoma, WA", "Toronto, ON, Canada", "a; ", "TX"])
)
MONEY = st.floats(0, 10_000_000, allow_nan=False)
DAYS = st.dates().map(lambda day: day.isoformat())


@st.composite
def documents(draw: st.DrawFn, kind: Kind) -> Document:
    """Any document of a kind that from_mapping takes."""
    low, high = sorted((draw(MONEY), draw(MONEY)))
    ids = st.text(st.characters(min_codepoint=33, exclude_categories=["Cs", "Z"]), min_size=1, max_size=20)
    values: dict[str, object] = {
        "id": draw(ids),
        "kind": kind,
        "text": draw(st.sampled_from(["LCSW", "a", "-a\n", "=a"])) + "\n".join(draw(LINES)),
        "title": draw(WORDS),
        "employer": draw(WORDS),
        "place": draw(PLACES),
        "employment_type": draw(st.sampled_from([None, *EMPLOYMENT_TYPES])),
        "pay": draw(st.sampled_from([None, *({"low": low, "high": high, "period": period} for period in PERIODS)])),
        "remote": draw(st.sampled_from([None, True, False])),
        "telehealth_states": draw(st.lists(st.sampled_from(sorted(STATES)), max_size=3)),
        "posted": draw(st.one_of(st.none(), DAYS)),
        "closes": draw(st.one_of(st.none(), DAYS)),
    }
    return Document.from_mapping(values)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS, st.sampled_from(["<p>LCSW</p>", "2026-11-22", "10", "TX", "urn:clinmatch:text"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)
