"""PDF: what is read of it, and that no PDF stops the rest."""

from __future__ import annotations

import pytest

from sviedka.errors import InputError, SandboxError
from sviedka.readers.documents.pdfdates import moment
from sviedka.sandbox import Limits, Nursery, describe
from tests.material import pdfs
from tests.readers.found import facts, found, parts, revealing, texts, troubles, until

MIB = 1 << 20


@pytest.fixture(scope="module")
def nursery():
    with Nursery(describe()) as nursery:
        yield nursery


@pytest.fixture(scope="module")
def everything(nursery):
    return found(pdfs.with_everything(), nursery=nursery)


def test_the_text_comes_by_page_with_its_notes_and_fields(everything):
    assert texts(everything) == [
        ("page 1", "First page"),
        ("page 1, note 1", "Who is this?"),
        ("page 1, field name", "Pryklad"),
        ("page 2", "Second page"),
        ("page 2, note 1", "Who is this?"),
        ("page 2, field name", "Pryklad"),
    ]


def test_what_it_states_and_what_that_reveals(everything):
    stated = facts(everything)
    assert stated["pages"] == [2]
    assert stated["title"] == ["A title"]
    assert stated["author"] == ["Прыклад"]
    assert stated["encoder"] == ["pryklad 1"]
    assert stated["document_id"] == ["aabb"]
    assert stated["comment_by"] == ["Kamentatar", "Kamentatar"]
    assert revealing(everything) == {"author", "document_id", "comment_by", "time_zone"}


def test_the_time_stays_without_its_zone_which_is_a_fact_of_its_own(everything):
    assert facts(everything)["created_stated"] == ["2020-08-10T12:00:00"]
    assert facts(everything)["time_zone"] == ["+03:00"]


def test_attached_files_are_parts(everything):
    assert parts(everything) == {b"list.txt": b"attached bytes"}


def test_xmp_is_read_where_it_lies_open(nursery):
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        b'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"><rdf:Description '
        b'xmpMM:DocumentID="uuid:17"><dc:creator><rdf:Seq><rdf:li>Pryklad P.</rdf:li>'
        b"</rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    content = pdfs.pages(
        [pdfs.drawn("x")], catalog=b"/Metadata 1000 0 R",
        more={1000: pdfs.stream(packet, b"/Type /Metadata /Subtype /XML")},
    )  # fmt: skip
    stated = facts(found(content, nursery=nursery))
    assert "Pryklad P." in stated["author"]
    assert stated["document_id"] == ["uuid:17"]


def test_a_locked_file_is_said_to_be_encrypted(nursery):
    findings = found(pdfs.locked(), nursery=nursery)
    assert troubles(findings) == ["encrypted"]
    assert not texts(findings)


def test_what_is_no_pdf_is_refused(nursery):
    with pytest.raises(InputError):
        found(b"%PDF-1.7\n and nothing else", nursery=nursery)


def test_a_file_cut_in_half_is_read_as_far_as_it_goes(nursery):
    whole = pdfs.pages([pdfs.drawn(f"Page {number}") for number in range(20)])
    findings, error = until(whole[: len(whole) // 2], ".pdf", nursery=nursery)
    assert error is None or isinstance(error, InputError)
    assert all(text.startswith("Page") for _, text in texts(findings))


def test_a_broken_page_is_a_fault_and_the_others_are_read(nursery):
    content = pdfs.pages([pdfs.drawn(f"Page {number}") for number in range(3)])
    content = content.replace(b"12 0 obj\n<< /Type /Page ", b"12 0 obj\n<< /Type /Pork ")
    findings = found(content, nursery=nursery)
    assert ("page 1", "Page 0") in texts(findings)
    assert ("page 3", "Page 2") in texts(findings)


@pytest.mark.parametrize(("times", "size"), [(1, 64 * MIB), (2, 512 * MIB)])
def test_a_bomb_spoils_nothing_but_itself(nursery, times, size):
    limits = Limits(cpu=2, wall=10.0, memory=384 * MIB)
    findings, error = until(pdfs.bomb(times, size), ".pdf", nursery=nursery, limits=limits)
    assert ("page 1", "Before") in texts(findings)
    assert error is None or isinstance(error, SandboxError)


@pytest.mark.slow
def test_pages_without_end_are_left(nursery):
    findings, error = until(pdfs.crowd(100_000), ".pdf", nursery=nursery)
    assert error is None
    assert "too_many" in troubles(findings)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("D:20200810120000+03'00'", "2020-08-10T12:00:00+03:00"),
        ("D:20200810120000Z", "2020-08-10T12:00:00Z"),
        ("D:2020", "2020"),
        ("20200810", "2020-08-10"),
        ("учора", "учора"),
    ],
)
def test_dates(written, meant):
    assert moment(written) == meant
