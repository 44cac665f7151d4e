"""CASE/UCO (https://caseontology.org): originals, and all that happened to them, as one graph.

``case.jsonld`` lies beside the pieces. Its root is a Bundle, which holds everything else; in it an
Investigation names the cases and all actions. It is written a line a node, and made twice, first to
be measured: so it is never whole in memory.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.handover import case_acts, case_things
from sviedka.handover.case_terms import CASE, Names, moment, node, refer, text
from sviedka.handover.package import WITHHELD
from sviedka.keep.bundle import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sviedka.handover.case_acts import Touch
    from sviedka.handover.case_terms import Node
    from sviedka.handover.custody import Custody
    from sviedka.handover.package import Given, Handover, Package

GRAPH: Final = "case.jsonld"


def write(handover: Handover, package: Package) -> None:
    """Write the pieces and the graph of them."""
    given = list(handover.give(package))
    size = sum(map(len, graph(handover, given)))
    package.stream(GRAPH, size, graph(handover, given))
    for name, data in handover.about([each.custody for each in given]).items():
        package.add(name, data)


def graph(handover: Handover, given: Sequence[Given]) -> Iterator[bytes]:
    """The lines of the graph, the same each time: the Bundle, and in it a node a line."""
    names = Names(handover.archive)
    encode = msgspec.json.Encoder().encode
    bundle = {"@context": names.context} | _bundle(names, handover)
    yield encode(bundle).removesuffix(b"}") + b',"uco-core:object":[\n'
    between = b""
    for each in _nodes(names, handover, given):
        yield between + encode(each)
        between = b",\n"
    yield b"\n]}\n"


def _bundle(names: Names, handover: Handover) -> Node:
    by = [_giver(names, handover)] if handover.organization else []
    return node(
        names.of("bundle", handover.made),
        "uco-core:Bundle",
        {
            "uco-core:name": "Originals with their custody",
            "uco-core:description": f"Written by {handover.tool}. What is withheld is listed in "
            f"{WITHHELD}, with reasons; {statement.CHECKER} checks all proofs.",
            "uco-core:objectCreatedTime": moment(handover.made),
            "uco-core:createdBy": by,
        },
    )


def _giver(names: Names, handover: Handover) -> Node:
    name = text(handover.organization)
    kind = "uco-identity:Organization"
    return node(names.of("organization", name), kind, {"uco-core:name": name})


def _nodes(names: Names, handover: Handover, given: Sequence[Given]) -> Iterator[Node]:
    """All that the Bundle holds."""
    custodies = {each.custody.record: each.custody for each in given}
    exhibits = {each.custody.record: each.folder for each in handover.pieces}
    acts = case_acts.acts(custodies.values())
    groupings = list(_cases(names, custodies.values()))
    yield _investigation(names, handover, groupings, acts)
    yield from groupings
    yield from case_acts.agents(names, acts)
    for each in given:
        yield case_things.thing(names, each)
        yield from case_things.relations(names, each.custody, custodies)
    for touched in acts:
        yield case_acts.action(names, touched, custodies)
        for touch in touched:
            root = exhibits[_root(touch.custody, custodies)]
            exhibit = exhibits[touch.custody.record]
            yield case_acts.provenance(names, touch, exhibit, root)


def _investigation(
    names: Names, handover: Handover, groupings: Iterable[Node], acts: Iterable[Sequence[Touch]]
) -> Node:
    performed = (case_acts.action_id(names, touched[0].event) for touched in acts)
    return node(
        names.of("investigation", handover.made),
        "case-investigation:Investigation",
        {
            "uco-core:name": "Keeping and handing over of originals",
            "uco-core:description": f"Archive {handover.archive}, log {text(handover.log)}.",
            "uco-core:object": refer([*(each["@id"] for each in groupings), *performed]),
        },
    )


def _cases(names: Names, custodies: Iterable[Custody]) -> Iterator[Node]:
    """The cases of the archive: units of access, not investigations of their own."""
    held: dict[str, list[Custody]] = defaultdict(list)
    for each in custodies:
        held[each.case].append(each)
    for case, inside in held.items():
        name = names.of("case", case)
        yield node(
            name,
            "uco-core:Grouping",
            {
                "uco-core:name": text(inside[0].label),
                "uco-core:context": "a case of the archive",
                "uco-core:externalReference": [names.reference(name, CASE, case)],
                "uco-core:object": refer(case_things.thing_id(names, i.record) for i in inside),
            },
        )


def _root(custody: Custody, given: Mapping[str, Custody]) -> str:
    """The record of what holds, through all that is given, what this was taken out of."""
    seen = {custody.record}
    parent: str | None = custody.record
    while parent:
        root = parent
        parent = next((p for p in given[root].parents if p in given and p not in seen), None)
        seen.add(parent or root)
    return root
