r"""A load file for lawyers' programs: one row a piece, as CSV and as Concordance DAT.

Natives are the originals within their proof bundles. What was taken out of an item stands behind
it and forms a family with it (BEGATTACH, ENDATTACH). Paths are relative to the package, with ``\``
in the DAT file, as those programs have it, and ``/`` in the CSV file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.handover.package import beside, original_name
from sviedka.handover.tables import BOM, csv_line, dat_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.handover.custody import Custody
    from sviedka.handover.package import Given, Handover, Package

COLUMNS: Final = (
    "BEGDOC", "ENDDOC", "BEGATTACH", "ENDATTACH", "PARENTDOC", "CUSTODIAN", "CASE", "SOURCE",
    "KIND", "FILENAME", "FILEPATH", "DOCDATE", "DATECOLLECTED", "DATERECORDED", "COLLECTEDWITH",
    "MEDIATYPE", "FILESIZE", "SHA256", "SHA512", "RECORDID", "LEDGERENTRY",
    "NATIVELINK", "TEXTLINK", "PROOFLINK",
)  # fmt: skip
_LINKS: Final = frozenset({"NATIVELINK", "TEXTLINK", "PROOFLINK"})
_TEXT: Final = "text/"
_PREFIX: Final = "SV"


def write(handover: Handover, package: Package) -> None:
    """Write the pieces, the two tables, and a text file for each record that says something."""
    families = _families([each.custody for each in handover.pieces])
    numbers = {each.custody.record: number(at) for at, each in enumerate(handover.pieces, 1)}
    rows: list[tuple[str, ...]] = [COLUMNS]
    given = []
    written = zip(handover.pieces, handover.give(package), families, strict=True)
    for piece, each, (first, last) in written:
        mine = numbers[each.custody.record]
        text = f"{_TEXT}{mine}.txt" if each.text else ""
        if text:
            package.add(text, each.text.encode("utf-8", "backslashreplace"))
        parents = [numbers[parent] for parent in each.custody.parents if parent in numbers]
        row = _row(each, mine, beside(piece)) | {
            "BEGATTACH": number(first) if last > first else "",
            "ENDATTACH": number(last) if last > first else "",
            "PARENTDOC": "; ".join(parents),
            "TEXTLINK": text,
        }
        rows.append(tuple(row.get(column, "") for column in COLUMNS))
        given.append(each.custody)
    package.add("load.csv", (BOM + "".join(map(csv_line, rows))).encode())
    package.add("load.dat", (BOM + "".join(dat_line(_backwards(row)) for row in rows)).encode())
    for name, data in handover.about(given).items():
        package.add(name, data)


def number(at: int) -> str:
    """The control number of the piece at a place, from 1."""
    return f"{_PREFIX}{at:08}"


def _families(pieces: Sequence[Custody]) -> Iterator[tuple[int, int]]:
    """For each piece the numbers of the first and the last of its family; itself if alone.

    A family is an item with all that was taken out of it, and out of that: it stands together.
    """
    there = {each.record for each in pieces}
    begins = [
        at
        for at, each in enumerate(pieces, 1)
        if at == 1 or not any(parent in there for parent in each.parents)
    ]
    for first, after in zip(begins, [*begins[1:], len(pieces) + 1], strict=True):
        for _ in range(first, after):
            yield first, after - 1


def _row(each: Given, mine: str, folder: str) -> dict[str, str]:
    custody = each.custody
    brought = next((event for event in custody.events if event.brought), None)
    dates = [origin.time for origin in custody.origins if origin.time]
    row = {
        "BEGDOC": mine,
        "ENDDOC": mine,
        "CASE": custody.label or custody.case,
        "SOURCE": "; ".join(dict.fromkeys(o.place or o.kind for o in custody.origins)),
        "KIND": custody.kind,
        "FILENAME": original_name(custody),
        "FILEPATH": "; ".join(dict.fromkeys(o.shown for o in custody.origins if o.name)),
        "DOCDATE": dates[0] if dates else "",
        "RECORDID": custody.record,
        "LEDGERENTRY": str(custody.entry),
        "NATIVELINK": each.content.name,
        "PROOFLINK": f"{folder}proof.json",
    }
    if brought:
        row |= {
            "CUSTODIAN": f"device {brought.device}",
            "DATECOLLECTED": brought.time,
            "DATERECORDED": brought.recorded.day,
            "COLLECTEDWITH": brought.tool,
        }
    if custody.original:
        row |= {
            "MEDIATYPE": custody.original.media_type,
            "FILESIZE": str(custody.original.size),
            "SHA256": custody.original.sha256,
            "SHA512": custody.original.sha512,
        }
    return row


def _backwards(row: Sequence[str]) -> list[str]:
    return [
        cell.replace("/", "\\") if column in _LINKS else cell
        for column, cell in zip(COLUMNS, row, strict=True)
    ]
