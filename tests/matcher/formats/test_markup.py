"""HTML <-> text: what a browser shows, in time that grows with the length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.formats.markup import to_html, to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>We seek an LCSW.</p><p>EMDR &amp; CBT</p>", "We seek an LCSW.\n\nEMDR & CBT"),
        ("<h3>Requirements</h3><ul><li>LCSW</li><li><p>2 years</p></li></ul><p>Apply</p>", "Requirements\n- LCSW\n- 2 years\n\nApply"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</ul>", "- a\n- b\n- c"),
        ("one<br>two<br/><br>three<div>four</div>", "one\ntwo\n\nthree\nfour"),
        ("<p>a\n  b</p><table><tr><td>c<td>d</table>", "a b\n\nc d"),
        ("<p>LCSW<script>x='<p>LPC</p>'</script><style>p{}</style><!-- LMFT --></p>", "LCSW"),
        ("<p>LCSW<span style='color:red; DISPLAY : none'>LPC<span>x</span></span> in TX</p>", "LCSW in TX"),
        ('<p hidden>LPC<p>LCSW<i style="font-size:0px">x</i><i style="font-size:0.9em">!</i>', "LCSW!"),
        ("<p title='a > b'>3 < 4 and <5</p>", "3 < 4 and <5"),
        ("plain\nlines & 3 &lt; 4", "plain\nlines & 3 < 4"),
        ("&lt;p&gt;LCSW &amp;amp; LPC&lt;/p&gt;&lt;p&gt;TX&lt;/p&gt;", "LCSW & LPC\n\nTX"),
        ("<p>LCSW<script>alert(1)", "LCSW"),
        ("<p>LCSW<!-- never closed <p>LPC", "LCSW"),
        ("", ""),
    ],
)
def test_the_text_is_what_a_browser_shows(source: str, text: str) -> None:
    assert to_text(source) == text


def test_paragraphs_lines_and_items_are_written_as_such() -> None:
    assert (
        to_html("We & you <b>\nhere\n\nNeeded:\n• LCSW\n- 2 years\n")
        == "<p>We &amp; you &lt;b&gt;<br>here</p><p>Needed:</p><ul><li>LCSW</li><li>2 years</li></ul>"
    )


@pytest.mark.parametrize("text", ["one line", "one\n\ntwo\nthree", "Needed:\n- LCSW\n- 2 years\n\nApply", "<script>alert(1)</script> & &amp;"])
def test_a_plain_text_comes_back_equal(text: str) -> None:
    assert to_text(to_html(text)) == text


@given(st.text(st.sampled_from("<>/!-= \n&;'\"aplibrsct#"), max_size=60))
def test_any_markup_ends_in_a_text_and_none_of_ours_holds_a_tag_of_theirs(source: str) -> None:
    text = to_text(source)
    for tag in ("<p>", "</p>", "<br>", "<ul>", "</ul>", "<li>", "</li>"):
        source = to_html(text) if tag == "<p>" else source
        source = source.replace(tag, "")
    assert "<" not in source


HOSTILE = [
    "<",
    "<!",
    "<a ",
    "</",
    "<![CDATA[",
    "&",
    "<!--",
    "<script>",
    "<a b='",
    "<?",
    "<a/",
    '<p style="',
    "<p hidden>",
    "<ul>",
    "<p style=",
    " ",
    "<script></script>",
]


@pytest.mark.alone
@pytest.mark.parametrize("piece", HOSTILE)
def test_no_markup_takes_long(piece: str) -> None:
    started = time.perf_counter()
    to_text("<p>" + piece * (200_000 // len(piece)))
    to_text("<p " + piece * (200_000 // len(piece)) + ">")
    assert time.perf_counter() - started < 3
