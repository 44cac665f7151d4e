"""Counts: what a page says of itself, as written and as a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from sviedka.capture.live.counts import Count, found, normalised


@pytest.mark.parametrize(
    ("stated", "number"),
    [
        ("0", 0), ("7", 7), ("1234", 1234), ("1 234", 1234), ("1\u00a0234\u202f567", 1234567),
        ("1,234", 1234), ("1.234.567", 1234567), ("1.2K", 1200),
        ("1,2 тыс.", 1200),
        ("3.05M", 3_050_000), ("12 млн", 12_000_000), ("2k", 2000), ("1B", 10**9),
        (" 12K ", 12_000), ("", None), ("many", None), ("1.5", None), ("-3", None),
        ("1.2X", None), ("12 views", None),
        ("9" * 40, None), ("١٢", 12), ("1.2.3K", None),
    ],
)  # fmt: skip
def test_a_number_is_what_is_written(stated, number):
    assert normalised(stated) == number


@given(st.integers(0, 10**15), st.sampled_from(["", ",", ".", " ", "’", "\u202f"]))
def test_numbers_come_back_however_they_are_grouped(number, mark):
    assert normalised(f"{number:,}".replace(",", mark)) == number


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(text):
    assert normalised(text) is None or 0 <= normalised(text) <= 2**53


PAGE = """<script type="application/ld+json">{"@graph": [{"@type": "VideoObject",
 "interactionStatistic": [{"@type": "InteractionCounter", "interactionType":
 {"@type": "WatchAction"}, "userInteractionCount": 1437}, {"@type": "InteractionCounter",
 "interactionType": "http://schema.org/LikeAction", "userInteractionCount": "1.2K"}]}]}</script>
<script type="application/ld+json">{ not json</script>
<div itemprop="interactionStatistic" itemscope itemtype="https://schema.org/InteractionCounter">
 <meta itemprop="interactionType" content="https://schema.org/CommentAction">
 <span itemprop="userInteractionCount">25</span></div>
<meta property="og:video:views" content="300"><meta property="og:title" content="12">
<div class="tgme_widget_message" data-post="made_up/7">
<span class="tgme_widget_message_views">5.1K</span></div>
"""


def test_all_ways_of_saying_it_are_found():
    assert found(LexborHTMLParser(PAGE)) == [
        Count("WatchAction", "1437", 1437, "schema.org JSON-LD"),
        Count("LikeAction", "1.2K", 1200, "schema.org JSON-LD"),
        Count("CommentAction", "25", 25, "schema.org microdata"),
        Count("og:video:views", "300", 300, "Open Graph"),
        Count("views", "5.1K", 5100, "Telegram post made_up/7"),
    ]


def test_data_nested_without_end_is_left():
    deep = '{"a":' * 500 + "1" + "}" * 500
    pages = (
        f'<script type="application/ld+json">{each}</script>' for each in (deep, "[" * 100_000)
    )
    assert found(LexborHTMLParser("".join(pages))) == []
