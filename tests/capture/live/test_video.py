"""Films: found by yt-dlp without a network, fetched and recorded by us."""

import json
import sys
from datetime import UTC, datetime

import pytest

from sviedka.capture.live import films
from sviedka.capture.live.adapters import Options
from sviedka.capture.live.adapters.choosing import choose
from sviedka.capture.live.adapters.video import VideoAdapter
from sviedka.capture.live.capturing import capture
from tests.capture.live.fetching import fetcher, records, visiting
from tests.capture.live.servers import Answer, bomb, site, socks
from tests.material.video import video

FILM = video(7, seconds=1)
PAGE = b'<!doctype html><title>Film</title><video src="/film.mp4" width="300"></video>'
PIECES = {f"/hls/{n}.ts": Answer(bytes([71, n]) * 94, "video/mp2t") for n in range(3)}
LIST = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + "".join(f"#EXTINF:2,\n{n}.ts\n" for n in range(3))
PLAYLIST = Answer((LIST + "#EXT-X-ENDLIST\n").encode(), "application/vnd.apple.mpegurl")
LOCKED = '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="key"\n'
MASTER = Answer(
    b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000,RESOLUTION=16x9\nlow.m3u8\n"
    b"#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360\nhigh.m3u8\n",
    "application/vnd.apple.mpegurl",
)  # fmt: skip
JOINED = b"".join(each.body for each in PIECES.values())


def run(url, **how):
    return capture(url, VideoAdapter(), fetcher(**how), Options(), now=lambda: datetime.now(UTC))


def contents(made):
    return [each.read() for each in made.seen.video]


def test_a_page_with_a_film():
    with site({"/": PAGE, "/film.mp4": Answer(FILM, "video/mp4")}) as there:
        made = run(there.url)
    assert (made.result, made.seen.title, made.faults) == ("captured", "Film", [])
    assert contents(made) == [FILM]
    assert there.paths().count("/film.mp4") == 1
    assert made.tools["yt-dlp"]
    (said,) = made.seen.videos
    assert said["url"] == f"{there.url}/film.mp4"
    assert "http_headers" not in json.dumps(said)
    (kept,) = [each for each in records(made.warc.read()) if each[1] == f"urn:videos:{there.url}/"]
    assert json.loads(kept[3]) == [said]


def test_a_film_itself():
    with site({"/film.mp4": Answer(FILM, "video/mp4")}) as there:
        made = run(f"{there.url}/film.mp4")
    assert (made.result, contents(made)) == ("captured", [FILM])
    assert there.paths() == ["/film.mp4", "/robots.txt"]


def test_a_playlist_is_taken_in_its_best_form_and_joined():
    answers = {
        "/hls/master.m3u8": MASTER, "/hls/high.m3u8": PLAYLIST,
        "/hls/low.m3u8": PLAYLIST, **PIECES,
    }  # fmt: skip
    with site(answers) as there:
        made = run(f"{there.url}/hls/master.m3u8")
    assert (made.result, contents(made), made.faults) == ("captured", [JOINED], [])
    assert set(PIECES) <= set(there.paths())
    responses = [each[1] for each in records(made.warc.read()) if each[0] == "response"]
    assert {there.url + path for path in PIECES} <= set(responses)


def test_everything_goes_through_the_proxy():
    with site({"/": PAGE, "/film.mp4": Answer(FILM, "video/mp4")}) as there, socks({}) as proxy:
        proxy.names["site.example"] = ("127.0.0.1", int(there.url.rpartition(":")[2]))
        made = run("http://site.example/", proxy=proxy.url, named=())
    assert contents(made) == [FILM]
    assert len(proxy.asked) == len(there.asked)
    assert {host for host, _ in proxy.asked} == {"site.example"}


def test_a_page_without_a_film_is_a_page():
    with site({"/": b"<!doctype html><title>Text</title><p>words"}) as there:
        made = run(there.url)
    assert (made.result, made.seen.title, contents(made)) == ("captured", "Text", [])
    assert [each.trouble for each in made.faults] == ["adapter"]


def test_a_film_that_is_gone_is_refused():
    with site({}) as there:
        made = run(f"{there.url}/film.mp4")
    assert (made.result, made.seen.status) == ("refused", 404)


def test_configuration_of_yt_dlp_on_this_machine_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "yt-dlp").mkdir()
    (tmp_path / "yt-dlp" / "config").write_text("--proxy http://127.0.0.1:1\n--cookies /x\n")
    plugins = tmp_path / "yt-dlp" / "plugins" / "a" / "yt_dlp_plugins" / "extractor"
    plugins.mkdir(parents=True)
    (plugins / "a.py").write_text("raise SystemExit('loaded')")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with site({"/film.mp4": Answer(FILM, "video/mp4")}) as there:
        made = run(f"{there.url}/film.mp4")
    assert contents(made) == [FILM]


@pytest.mark.parametrize(
    ("playlist", "trouble"),
    [
        (LIST, "adapter"),  # without an end: it was still going on
        (LIST + "gone.ts\n#EXT-X-ENDLIST\n", "missing"),
        (LOCKED + LIST[8:] + "#EXT-X-ENDLIST\n", "adapter"),
        ("<html>", "adapter"),
        ("#EXTM3U\n" + "#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n" * 2, None),
    ],
)  # fmt: skip
def test_playlists_that_are_odd(playlist, trouble):
    answers = {**PIECES, "/hls/a.m3u8": playlist.encode(), "/hls/key": Answer(b"k" * 16)}
    with site(answers) as there, visiting() as (visit, _):
        form = films.Format(f"{there.url}/hls/a.m3u8", "m3u8_native")
        film = films.fetch(visit, form, "")
    assert [each.trouble for each in visit.faults] == ([trouble] if trouble else [])
    if playlist == LIST:
        assert film.read() == JOINED
    else:
        assert film is None
    if "KEY" in playlist:
        assert "/hls/key" in there.paths()


def test_fragments_are_joined():
    with site(PIECES) as there, visiting() as (visit, _):
        pieces = [films.Fragment(path=f"{n}.ts") for n in range(3)]
        form = films.Format("", "http_dash_segments", pieces, f"{there.url}/hls/")
        assert films.fetch(visit, form, "").read() == JOINED


@pytest.mark.parametrize(
    "form",
    [
        films.Format("rtmp://a.example/x", "rtmp"),
        films.Format("http://a.example/x", "http", has_drm=True),
    ],
)
def test_forms_that_are_not_taken_are_noted(form):
    with visiting() as (visit, _):
        assert films.fetch(visit, form, "") is None
    assert [each.trouble for each in visit.faults] == ["adapter"]


def test_a_bomb_is_not_unpacked_for_it():
    answers = {"/": Answer(bomb(80_000_000), headers={"Content-Encoding": "gzip"})}
    with site(answers) as there:
        made = run(there.url)
    assert made.result == "captured"
    assert "content" in [each.trouble for each in made.faults]


def test_addresses_of_films_are_known():
    assert choose("https://a.example/x/Film.MP4?t=1").name == "video"
    assert choose("https://a.example/film").name == "page"
    assert choose("https://a.example/film", "video").name == "video"


def test_yt_dlp_is_not_loaded_here():
    assert "yt_dlp" not in sys.modules
