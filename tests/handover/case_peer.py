"""What others make of our graphs: CASE's own validator, and SPARQL over them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import rdflib

PEER = Path(sys.executable).with_name("case_validate")

PREFIXES = """
    PREFIX action: <https://ontology.unifiedcyberontology.org/uco/action/>
    PREFIX core: <https://ontology.unifiedcyberontology.org/uco/core/>
    PREFIX identity: <https://ontology.unifiedcyberontology.org/uco/identity/>
    PREFIX investigation: <https://ontology.caseontology.org/case/investigation/>
    PREFIX observable: <https://ontology.unifiedcyberontology.org/uco/observable/>
    PREFIX tool: <https://ontology.unifiedcyberontology.org/uco/tool/>
    PREFIX types: <https://ontology.unifiedcyberontology.org/uco/types/>
"""
ACTIONS = """
    SELECT ?action ?word ?time ?tool ?version ?performer WHERE {
        ?action a investigation:InvestigativeAction; core:name ?word; action:startTime ?time;
            action:instrument ?instrument; action:performer ?performer .
        ?instrument core:name ?tool; tool:version ?version .
    }
"""
STEPS = """
    SELECT ?item ?action ?bounds ?exhibit ?before WHERE {
        ?provenance a investigation:ProvenanceRecord; core:object ?item;
            core:description ?bounds; investigation:exhibitNumber ?exhibit .
        ?action action:result ?provenance; action:object ?item .
        OPTIONAL {
            ?action action:object ?left; investigation:wasInformedBy ?before .
            ?left core:object ?item .
            ?before action:result ?left .
        }
    }
"""
"""What happened to each item, and what before that: the action had its provenance record."""


def refused(path: Path) -> str:
    """What the validator finds wrong with a graph: "" if nothing at all."""
    done = subprocess.run([PEER, path], capture_output=True, text=True, check=False)
    conforms = "Conforms: True" in done.stdout.splitlines()
    if conforms and done.returncode == 0 and not done.stderr:
        return ""
    return f"status {done.returncode}\n{done.stdout}\n{done.stderr}"


def load(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(path, format="json-ld")


def ask(graph: rdflib.Graph, query: str, **bound: rdflib.Literal) -> list[dict[str, Any]]:
    """Rows, each by the names of its variables; values as Python has them."""
    found = graph.query(PREFIXES + query, initBindings=bound)
    return [{str(name): value.toPython() for name, value in row.asdict().items()} for row in found]


def called(graph: rdflib.Graph, context: str) -> dict[str, str]:
    """What nodes are called elsewhere, by their ids."""
    rows = ask(
        graph,
        """SELECT ?node ?name WHERE {
            ?node core:externalReference ?reference .
            ?reference core:definingContext ?context; core:externalIdentifier ?name .
        }""",
        context=rdflib.Literal(context),
    )
    return {row["node"]: row["name"] for row in rows}


def chains(graph: rdflib.Graph) -> dict[str, list[dict[str, Any]]]:
    """What happened to each record, step by step from the first that nothing was before."""
    actions = {row["action"]: row for row in ask(graph, ACTIONS)}
    after: dict[str, dict[str | None, dict[str, Any]]] = {}
    for row in ask(graph, STEPS):
        steps = after.setdefault(row["item"], {})
        assert row.get("before") not in steps
        steps[row.get("before")] = row | actions[row["action"]]
    records = called(graph, "Sviedka record")
    return {records[item]: walked(steps) for item, steps in after.items()}


def walked(steps: dict[str | None, dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps in their order; all of them hang together."""
    found: list[dict[str, Any]] = []
    while steps:
        found.append(steps.pop(found[-1]["action"] if found else None))
    return found
