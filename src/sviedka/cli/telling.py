"""What became of an import, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sviedka.cli import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.capture.intake import Outcome

_SHOWN = 20
"""What could not be taken, as far as it is printed; --json gives all."""


def result(outcome: Outcome) -> dict[str, Any]:
    """All of it."""
    return {
        "bytes": outcome.size,
        "case": outcome.case,
        "faults": outcome.faults,
        "formats": {name or "none": count for name, count in outcome.formats.most_common()},
        "hints": outcome.hints,
        "import": None if outcome.took_nothing else outcome.import_id,
        "items": outcome.items,
        "known": outcome.known,
        "label": outcome.label,
        "messages": outcome.messages,
        "missing": outcome.missing,
        "notes": outcome.notes,
        "parts": outcome.parts,
        "revealing": outcome.revealing,
        "sort": outcome.sort,
        "sources": outcome.sources,
        "troubles": outcome.troubles,
    }


def text(outcome: Outcome) -> str:
    """What a person wants to know of it, and what can be done next."""
    taken = [f"{words.count(outcome.items, 'original')} ({words.size(outcome.size)})"]
    if outcome.sort != "files":
        taken.insert(0, words.count(outcome.messages, "message"))
    label = words.plain(outcome.label)
    lines = [f"{label}: {', '.join(taken)} sealed into case {outcome.case[:8]}."]
    if outcome.took_nothing:
        lines = [f"{label}: nothing new for case {outcome.case[:8]}."]
    if outcome.known:
        lines.append(f"  {outcome.known:,} there already.")
    if outcome.sources:
        lines.append(f"  {outcome.sources:,} there already from another export, and now from both.")
    lines += _inside(outcome)
    if outcome.missing:
        lines += _listed(f"{outcome.missing:,} could not be taken", outcome.notes)
    if outcome.troubles:
        title = f"{outcome.faults:,} could not be read, or not whole, and are sealed as they are"
        lines += _listed(title, outcome.troubles)
    lines += [f"  {words.plain(each)}." for each in outcome.hints[:_SHOWN]]
    if not outcome.took_nothing:
        kind = " --kind message" if outcome.messages else ""
        lines.append(f"  To see it: sviedka list {outcome.case[:8]}{kind}")
        lines.append(f"  To take it back: sviedka undo {outcome.import_id[:8]}")
    return "\n".join(lines)


def _inside(outcome: Outcome) -> Iterator[str]:
    """As what the originals were read, and what came out of them."""
    read = [f"{count:,} {name}" for name, count in outcome.formats.most_common() if name]
    if read:
        yield f"  Looked into: {', '.join(read)}."
    if outcome.parts:
        yield f"  {words.count(outcome.parts, 'part')} taken out of them."
    if outcome.formats[""]:
        yield f"  {outcome.formats['']:,} of no format that is read here, kept as files."
    if outcome.revealing:
        yield f"  {outcome.revealing:,} state where, with what or by whom they were made."
        yield f"  Before any of them leaves: sviedka list {outcome.case[:8]} --kind reveals"


def _listed(title: str, notes: list[str]) -> Iterator[str]:
    yield f"  {title}:"
    yield from (f"    {words.plain(each)}" for each in notes[:_SHOWN])
    if len(notes) > _SHOWN:
        yield f"    … and {len(notes) - _SHOWN:,} more (--json lists them all)"
