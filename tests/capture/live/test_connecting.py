"""Connections: no private address by a public page's word, no name resolved beside a proxy, TLS."""

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from sviedka.capture.live import resolving
from sviedka.capture.live.connecting import Proxy, trust
from sviedka.capture.live.exchange import FetchError, Request
from sviedka.capture.live.resolving import Endpoint, Resolver, is_public
from sviedka.errors import InputError, UsageError
from tests.capture.live.fetching import fetcher, get
from tests.capture.live.servers import Answer, Authority, raw, saying, site, socks


def trouble(url, **how):
    with pytest.raises(FetchError) as caught:
        get(url, **how)
    return caught.value.trouble


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254",
     "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::1", "ff02::1"],
)  # fmt: skip
def test_addresses_of_this_machine_and_network_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_as_public_in_every_spelling(address):
    mapped, translated = f"::ffff:{address}", f"64:ff9b::{address}"
    assert is_public(mapped) == is_public(translated) == is_public(str(address))


def test_a_page_does_not_lead_into_the_network_of_its_reader():
    with site({"/": Answer(b"")}) as inside:
        assert trouble(inside.url, named=()) == "private"
        assert trouble(inside.url.replace("127.0.0.1", "localhost"), named=()) == "private"
        assert trouble(inside.url.replace("127.0.0.1", "2130706433"), named=()) == "private"
    assert inside.asked == []


def test_a_name_cannot_be_moved_by_a_second_answer(monkeypatch):
    answers = iter(["93.184.215.14", "127.0.0.1"])

    def look_up(_host, port):
        address = next(answers)
        return [Endpoint(socket.AF_INET, (address, port), address)]

    monkeypatch.setattr(resolving, "look_up", look_up)
    resolver = Resolver()
    first = resolver.resolve("rebinding.example", 80)
    assert resolver.resolve("rebinding.example", 80) == first


def test_of_a_name_with_public_and_private_addresses_only_the_public_are_asked(monkeypatch):
    found = [Endpoint(socket.AF_INET, (each, 80), each) for each in ("10.0.0.1", "8.8.8.8")]
    monkeypatch.setattr(resolving, "look_up", lambda _host, _port: found)
    assert [each.address for each in Resolver().resolve("two.example", 80)] == ["8.8.8.8"]


def test_an_onion_name_is_never_asked_of_the_system(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", None)
    assert trouble("http://abcdefabcdef.onion/") == "name"


def test_through_a_proxy_no_name_is_resolved_here(monkeypatch):
    with site({"/": b"through"}) as there:
        _, _, port = there.url.rpartition(":")
        with socks({"site.example": ("127.0.0.1", int(port))}) as proxy:
            asked = []
            system = socket.getaddrinfo

            def watched(host, *rest, **more):
                asked.append(host)
                return system(host, *rest, **more)

            monkeypatch.setattr(socket, "getaddrinfo", watched)
            found = get("http://site.example/", named=(), proxy=proxy.url)
            assert found.content() == b"through"
            assert found.address is None
            assert trouble("http://unknown.example/", named=(), proxy=proxy.url) == "proxy"
    assert proxy.asked == [("site.example", 80), ("unknown.example", 80)]
    assert set(asked) == {"127.0.0.1"}


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "printer.local", "10.1.1.1", "a.home.arpa"]
)
def test_a_proxy_is_not_asked_for_what_is_near(host):
    with socks({}) as proxy:
        assert trouble(f"http://{host}/", named=(), proxy=proxy.url) == "private"
    assert proxy.asked == []


def test_a_proxy_that_is_not_there_or_is_none_is_reported():
    with raw(saying(b"")) as url:
        gone = url.replace("http://", "socks5h://")
    assert trouble("http://site.example/", proxy=gone) == "proxy"
    with raw(saying(b"HTTP/1.1 400 no\r\n\r\n")) as url:
        other = url.replace("http://", "socks5h://")
        assert trouble("http://site.example/", proxy=other, connect=1) == "proxy"


@pytest.mark.parametrize(
    "url",
    ["socks5://127.0.0.1:9050", "http://127.0.0.1:1", "socks5h://", "socks5h://h", "socks5h://h:x"],
)
def test_only_a_proxy_that_resolves_names_is_taken(url):
    with pytest.raises(UsageError):
        Proxy.parse(url)


def test_a_proxys_password_is_not_shown():
    proxy = Proxy.parse("socks5h://name:secret@127.0.0.1:9050")
    assert (proxy.user, proxy.password) == ("name", "secret")
    assert "secret" not in repr(proxy) + proxy.url


def test_a_secure_connection_is_recorded_with_its_certificate(authority):
    with site({"/": b"secure"}, authority.server()) as there:
        found = get(there.url, ca=authority.file)
    assert found.content() == b"secure"
    assert found.tls.protocol == "TLSv1.3"
    assert (
        x509.load_der_x509_certificate(found.tls.certificate).issuer
        == authority.certificate.subject
    )


def test_an_authority_that_nobody_knows_is_not_believed(authority):
    with site({"/": b""}, authority.server()) as there:
        assert trouble(there.url) == "tls"
    assert there.asked == []


@pytest.mark.parametrize(("name", "days"), [("other.example", 30), ("127.0.0.1", -1)])
def test_a_certificate_of_another_or_of_yesterday_is_not_believed(authority, name, days):
    with site({"/": b""}, authority.server(name, days)) as there:
        assert trouble(there.url, ca=authority.file) == "tls"
    assert there.asked == []


def test_a_server_that_speaks_no_tls_is_reported():
    with raw(lambda connection, _stopped: connection.sendall(b"HTTP/1.1 400 no\r\n\r\n")) as url:
        assert trouble(url.replace("http:", "https:")) == "tls"


def test_a_server_that_does_not_end_its_handshake_is_left():
    with raw(lambda _connection, stopped: stopped.wait()) as url:
        assert trouble(url.replace("http:", "https:"), connect=0.3) == "time"


def test_authorities_that_cannot_be_read_are_refused(tmp_path):
    (tmp_path / "none.pem").write_text("no certificate")
    for name in ("none.pem", "missing.pem"):
        with pytest.raises(InputError):
            trust(tmp_path / name)


def test_tls_is_at_least_1_2():
    assert trust().minimum_version >= ssl.TLSVersion.TLSv1_2
    assert trust().verify_mode == ssl.CERT_REQUIRED


def test_requests_may_come_from_several_threads():
    with site({f"/{n}": b"%d" % n for n in range(20)}) as there:
        one = fetcher(requests=20)
        with ThreadPoolExecutor(4) as pool:
            urls = [f"{there.url}/{n}" for n in range(20)]
            found = list(pool.map(lambda url: one.fetch(Request("GET", url)).content(), urls))
    assert found == [b"%d" % n for n in range(20)]
