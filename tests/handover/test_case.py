"""Graphs are what CASE and UCO ask for, and tell all custody that there is, and nothing else."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.handover.case_acts import PREMIS
from sviedka.handover.case_terms import Names, moment, text
from sviedka.handover.selection import Wanted
from sviedka.keep import handing
from sviedka.keep.reading import find_item
from sviedka.keep.saving import Event
from tests.handover.case_peer import ask, called, chains, load, refused
from tests.handover.material import MAIL, SECRETS, Material, hand
from tests.material.telegram import write_chat
from tests.program import Program

if TYPE_CHECKING:
    from pathlib import Path

# Of rdflib's own making, whenever it reads JSON-LD.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

ALL = Wanted(everything=True, kinds=("item", "message", "chat"))


@pytest.fixture(scope="module")
def package(prepared: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that may be given, twice: first to a lawyer, then as a graph; and checked in between."""
    base = tmp_path_factory.mktemp("case")
    world = prepared.world.copy(base / "world")
    with world.open() as archive:
        item = prepared.items["mail"]
        handing.write_original(archive, find_item(archive, item), base / "one", "to a lawyer")
        with archive.save(Event("fix", "", about=(item,))) as save:
            save.happened(prepared.mail, "evidence")
            save.finish()
        hand(archive, base / "case", "case", ALL, organization="Група\x00Выдуманая")
    return base / "case"


@pytest.fixture(scope="module")
def graph(package: Path) -> Any:
    return load(package / "case.jsonld")


def custody(package: Path) -> dict[str, dict[str, Any]]:
    said = json.loads((package / "custody.json").read_bytes())
    return {each["record"]: each for each in said["items"]}


def items(graph: Any) -> set[str]:
    found = ask(graph, "SELECT ?item WHERE { ?group a core:Grouping; core:object ?item }")
    return {row["item"] for row in found}


@pytest.mark.slow
def test_the_peer_takes_it(package: Path) -> None:
    assert refused(package / "case.jsonld") == ""


def test_a_single_original_is_a_graph_too(material: Material, tmp_path: Path) -> None:
    with material.open() as archive:
        hand(archive, tmp_path / "one", "case", Wanted(ids=(material.items["empty"],)))
    assert refused(tmp_path / "one" / "case.jsonld") == ""
    assert chains(load(tmp_path / "one" / "case.jsonld")).keys() == {material.items["empty"]}


def test_the_peer_refuses_one_that_is_altered(material: Material, tmp_path: Path) -> None:
    ids = (material.items["mail"], material.items["attached"])
    with material.open() as archive:
        hand(archive, tmp_path / "two", "case", Wanted(ids=ids))
    said = (tmp_path / "two" / "case.jsonld").read_text("utf-8")
    altered = {
        "hashValue": ("xsd:hexBinary", "xsd:string"),
        "startTime": ('startTime":{"@type":"xsd:dateTime', 'startTime":{"@type":"xsd:date'),
        "sizeInBytes": (f'sizeInBytes":{len(MAIL)}', f'sizeInBytes":"{len(MAIL)}"'),
        "isDirectional": ('"uco-core:isDirectional":true,', ""),
        "performer": ('"uco-action:performer":[', '"uco-action:performer":["a name",'),
        "fileNames": ("uco-observable:fileName", "uco-observable:fileNames"),
    }
    for old, new in altered.values():
        assert old in said
        said = said.replace(old, new, 1)
    (tmp_path / "case.jsonld").write_text(said, "utf-8")
    found = refused(tmp_path / "case.jsonld")
    assert found.startswith("status 1\n")
    for name in altered:
        assert name in found
    assert "NonExistentCDOConceptWarning" in found


def test_every_chain_of_custody_is_whole_and_in_order(graph: Any, package: Path) -> None:
    found, told = chains(graph), custody(package)
    ids, entries, codes, imports, devices = (
        called(graph, each)
        for each in (
            "Sviedka record",
            "Sviedka ledger entry",
            "PREMIS event type",
            "Sviedka import",
            "Sviedka device",
        )
    )
    assert found.keys() == told.keys()
    for record, rows in found.items():
        events = told[record]["events"]
        assert [ids[row["action"]] for row in rows] == [each["id"] for each in events]
        for row, each in zip(rows, events, strict=True):
            action = row["action"]
            assert (codes[action], row["word"]) == (each["type"], PREMIS[each["type"]])
            assert row["time"] == datetime.fromisoformat(each["time"])
            assert int(entries[action]) == each["entry"]
            assert imports.get(action) == each.get("import_id")
            assert f"{row['tool']} {row['version']}" == each["tool"]
            assert devices[row["performer"]] == each["device"]
            assert row["exhibit"] == record[:20]


def test_bounds_of_time_are_those_of_custody(graph: Any, package: Path) -> None:
    told = custody(package)
    bounded = set()
    for record, rows in chains(graph).items():
        for row, each in zip(rows, told[record]["events"], strict=True):
            recorded = each["recorded"]
            bounded |= recorded.keys()
            said = row["bounds"]
            assert said.startswith(f"Entry {each['entry']} of the ledger, on {recorded['day']} by")
            for name, word in (("not_before", "not before"), ("not_after", "not after")):
                stated = re.findall(rf"{word} (\S+) as attested from outside", said)
                assert stated == ([recorded[name]] if name in recorded else [])
    assert bounded == {"day", "not_before", "not_after"}


def test_actions_have_performer_instrument_object_and_result(graph: Any, package: Path) -> None:
    actions = """SELECT ?action WHERE {
        ?action a investigation:InvestigativeAction .
        FILTER EXISTS { ?action action:performer ?one . ?one a identity:Identity }
        FILTER EXISTS { ?action action:instrument ?tool . ?tool a tool:Tool; tool:creator ?who }
        FILTER EXISTS { ?action action:object ?thing . ?thing core:hasFacet ?facet }
        FILTER EXISTS { ?action action:result ?left . ?left a investigation:ProvenanceRecord }
    }"""
    brought = "SELECT ?item WHERE { ?action action:result ?item . ?item core:hasFacet ?facet }"
    events = {each["id"]: each for one in custody(package).values() for each in one["events"]}
    assert len(ask(graph, actions)) == len(events)
    assert {row["item"] for row in ask(graph, brought)} == items(graph)
    (held,) = ask(graph, "SELECT ?o WHERE { ?b a core:Bundle; core:createdBy/core:name ?o }")
    assert held["o"] == r"Група\x00Выдуманая"
    (inside,) = ask(
        graph,
        "SELECT (COUNT(DISTINCT ?a) AS ?n) WHERE { ?i a investigation:Investigation;"
        " core:object ?a . ?a a investigation:InvestigativeAction }",
    )
    assert inside["n"] == len(events)


def test_every_original_is_there_with_its_file_and_its_hashes(
    graph: Any, package: Path, prepared: Material
) -> None:
    rows = ask(
        graph,
        """SELECT ?item ?content ?size ?stated ?group WHERE {
            ?item core:hasFacet ?file, ?content .
            ?file a observable:FileFacet; observable:sizeInBytes ?stated .
            ?content a observable:ContentDataFacet; observable:sizeInBytes ?size .
            ?group a core:Grouping; core:object ?item .
        }""",
    )
    hashes = ask(
        graph,
        """SELECT ?content ?method ?value WHERE {
            ?content observable:hash ?hash . ?hash types:hashMethod ?method; types:hashValue ?value
        }""",
    )
    sums = {(each["content"], each["method"]): each["value"] for each in hashes}
    records, paths, cases = (
        called(graph, each) for each in ("Sviedka record", "path in this package", "Sviedka case")
    )
    found, told = {records[row["item"]]: row for row in rows}, custody(package)
    assert found.keys() == prepared.everything().keys()
    for record, data in prepared.everything().items():
        row, original = found[record], told[record]["original"]
        assert (package / paths[row["item"]]).read_bytes() == data
        assert row["size"] == row["stated"] == len(data)
        for method in ("SHA256", "SHA512"):
            assert sums[row["content"], method] == bytes.fromhex(original[method.lower()])
        assert cases[row["group"]] == told[record]["case"]


def test_what_was_taken_out_of_an_item_says_so(graph: Any, prepared: Material) -> None:
    rows = ask(
        graph,
        """SELECT ?item ?holder ?path ?root WHERE {
            ?relation a observable:ObservableRelationship; core:isDirectional true;
                core:kindOfRelationship "Contained_Within"; core:source ?item;
                core:target ?holder; core:hasFacet ?facet .
            ?facet observable:path ?path .
            ?provenance investigation:rootExhibitNumber ?root; core:object ?item .
        }""",
    )
    records = called(graph, "Sviedka record")
    mail, attached, inner = (prepared.items[each] for each in ("mail", "attached", "inner"))
    found = {(records[r["item"]], records[r["holder"]], r["path"], r["root"]) for r in rows}
    assert found == {
        (attached, mail, "ліст.pdf", mail[:20]),
        (inner, attached, "x", mail[:20]),
    }


def test_a_message_has_its_text_and_its_time_and_what_hung_on_it(
    graph: Any, prepared: Material
) -> None:
    (row,) = ask(
        graph,
        """SELECT ?message ?said ?sent ?number ?photo WHERE {
            ?message a observable:Message; core:hasFacet ?facet .
            ?facet a observable:MessageFacet; observable:messageText ?said;
                observable:sentTime ?sent; observable:messageID ?number .
            ?relation core:kindOfRelationship "Had_Attachment"; core:source ?message;
                core:target ?photo .
        }""",
    )
    records = called(graph, "Sviedka record")
    assert records[row["message"]] == prepared.message
    assert records[row["photo"]] == prepared.items["photo"]
    assert (row["said"], row["number"]) == ("што было", "7")
    assert row["sent"] == datetime.fromisoformat("2022-04-15T05:20:00Z")


def test_purposes_are_withheld_and_the_graph_says_so_unless_they_are_given(
    material: Material, tmp_path: Path
) -> None:
    with material.open() as archive:
        hand(archive, tmp_path / "some", "case")
        hand(archive, tmp_path / "whole", "case", whole_events=True)
    some, whole = (
        (tmp_path / each / "case.jsonld").read_text("utf-8") for each in ("some", "whole")
    )
    assert SECRETS[2] not in some
    assert "What it was for is withheld." in some
    assert f"Purpose: {SECRETS[2]}" in whole
    assert "was for is withheld" not in whole


def test_a_thing_has_the_same_id_in_every_graph(material: Material, tmp_path: Path) -> None:
    found = []
    for each in ("first", "second"):
        with material.open() as archive:
            hand(archive, tmp_path / each, "case")
        lines = (tmp_path / each / "case.jsonld").read_text("utf-8").splitlines()[1:-1]
        found.append({node["@id"]: node for node in (json.loads(x.rstrip(",")) for x in lines)})
    first, second = found
    changed = {name for name, node in first.items() if second.get(name) != node}
    # Another hand-over is another investigation; the first is an action in the second.
    assert {name.rpartition("-")[0][:7] for name in changed} == {"kb:inve"}
    assert {name[:10] for name in second.keys() - first.keys()} >= {"kb:action-", "kb:provena"}


def test_a_bundle_is_written_a_node_a_line_and_each_once(package: Path) -> None:
    head, *lines, end = (package / "case.jsonld").read_text("utf-8").splitlines()
    assert json.loads(head + end)["@type"] == "uco-core:Bundle"
    names = [json.loads(line.rstrip(","))["@id"] for line in lines]
    assert len(names) == len(set(names))


def test_what_people_bring_goes_out_by_the_command_and_the_peer_takes_it(tmp_path: Path) -> None:
    """A single file, a folder with a zip file, a channel and a group."""
    brought = tmp_path / "brought"
    (brought / "folder").mkdir(parents=True)
    (brought / "alone.txt").write_text("адзін")
    (brought / "folder" / "a.txt").write_text("a")
    with zipfile.ZipFile(brought / "folder" / "б.zip", "w") as zipped:
        zipped.writestr("унутры/b.txt", "b")
        zipped.writestr("c.txt", "c")
    for kind in ("public_channel", "private_supergroup"):
        write_chat(brought / kind, kind=kind, messages=6, media=2, people=3)
    program = Program.with_archive(tmp_path / "program")
    program.run("add", *sorted(brought.iterdir()))
    words = ("export", "--as", "case", "--all", "--kind", "item", "--kind", "message", "--plain")
    out = tmp_path / "out"
    program.run(*words, out)
    assert refused(out / "case.jsonld") == ""
    found, told = chains(load(out / "case.jsonld")), custody(out)
    assert {record: [each["word"] for each in rows] for record, rows in found.items()} == {
        record: [PREMIS[event["type"]] for event in one["events"]] for record, one in told.items()
    }
    assert all(rows[-1]["word"] == "dissemination" for rows in found.values())
    said = (out / "case.jsonld").read_text("utf-8")
    assert said.count("Contained_Within") == 2
    messages = json.loads((brought / "private_supergroup" / "result.json").read_bytes())["messages"]
    senders = {each["from"] for each in messages if each.get("from")}
    assert len(senders) > 1
    assert [name for name in sorted(senders) if name in said] == []


@given(st.text(st.characters() | st.sampled_from("\x00\x14\ud800\ufffe\U0010ffff\n")))
def test_text_is_such_as_xml_holds_and_what_it_holds_is_left_alone(value: str) -> None:
    held = text(value)
    assert re.fullmatch("[\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*", held)
    assert text(held) == held
    held.encode()


@pytest.mark.parametrize(
    "stated",
    [
        None, "", "yesterday", "2022-04-15", "2022-04-15T05:20:00", "2022-02-30T05:20:00Z",
        "2022-04-15T05:20:00+25:00", "0000-01-01T00:00:00Z", "２022-04-15T05:20:00Z",
        "2022-04-15T05:20:00Z\n",
    ],
)  # fmt: skip
def test_what_is_no_time_is_not_given_as_one(stated: str | None) -> None:
    assert moment(stated) is None


def test_ids_of_different_things_differ() -> None:
    names = [
        name
        for archive in ("00", "01")
        for name in (
            Names(archive).of("record", "a"),
            Names(archive).of("record", "b"),
            Names(archive).of("action", "a"),
            Names(archive).of("record", "a", "b"),
        )
    ]
    assert all(one != other for one, other in pairwise(sorted(names)))
