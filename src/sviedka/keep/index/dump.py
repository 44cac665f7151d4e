"""All that an index holds, so that two of them can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import apsw

    from sviedka.keep.index.sql import Value


def dump(db: apsw.Connection) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Every row with its table's name; equal for equal content, in whatever order it was made.

    Virtual tables are listed as they read, without the tables that they keep for themselves.
    """
    tables = db.execute(
        "SELECT each.name, (SELECT count(*) FROM pragma_table_info(each.name)) "
        "FROM pragma_table_list AS each WHERE schema = 'main' "
        "AND type IN ('table', 'virtual') AND name NOT GLOB 'sqlite_*' ORDER BY name"
    )
    for name, columns in list(tables):
        order = ", ".join(map(str, range(1, columns + 1)))
        for row in db.execute(f'SELECT * FROM "{name}" ORDER BY {order}'):  # noqa: S608 our own schema's names
            yield name, row
