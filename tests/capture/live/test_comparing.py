"""Two captures differ exactly where they differ."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from sviedka.capture.live.comparing import Line, changes, lines
from sviedka.capture.live.visit import Resource


@dataclass(frozen=True)
class At:
    """An answer in short."""

    url: str
    said: str

    def resource(self):
        return Resource("GET", self.url, 200, "text/html", 1, self.said)


sites = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("123"))


def captured(site):
    return [At(url, said).resource() for url, said in site.items()]


@given(sites, sites)
def test_exactly_what_differs_is_listed(before, after):
    found = {each.url: each for each in changes(captured(before), captured(after))}
    assert set(found) == {
        url for url in before.keys() | after.keys() if before.get(url) != after.get(url)
    }
    for url, change in found.items():
        assert (change.before, change.after) == (before.get(url, ""), after.get(url, ""))
        assert change.change == (
            "added" if url not in before else "altered" if url in after else "gone"
        )


@given(sites)
def test_equal_captures_do_not_differ(site):
    assert changes(captured(site), reversed(captured(site))) == []


def test_a_page_that_answers_otherwise_with_the_same_words_differs():
    one = Resource("GET", "u", 200, "text/html", 1, "a")
    for other in (
        Resource("GET", "u", 404, "text/html", 1, "a"),
        Resource("GET", "u", 302, "text/html", 1, "a", location="/b"),
    ):
        assert [each.change for each in changes([one], [other])] == ["altered"]


texts = st.lists(st.sampled_from(["адзін", "два", "тры"])).map("\n".join)


@given(texts, texts)
def test_lines_that_went_and_came_make_one_text_of_the_other(before, after):
    found = list(lines(before, after))
    left = before.splitlines()
    for each in found:
        if each.change == "gone":
            left.remove(each.text)
        else:
            left.append(each.text)
    assert sorted(left) == sorted(after.splitlines())


def test_lines_in_their_order():
    assert list(lines("a\nb\nc", "a\nx\nc\nc")) == [
        Line("gone", "b"), Line("added", "x"), Line("added", "c"),
    ]  # fmt: skip
