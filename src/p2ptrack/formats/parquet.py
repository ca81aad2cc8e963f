"""The tables of a register as Parquet files in folders by register and position date, for DuckDB, Power BI and others.

The same register gives the same bytes with the same version of pyarrow.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import Any

from p2ptrack.errors import OperationError
from p2ptrack.formats.export import make_slug
from p2ptrack.queries.export import Export, ExportColumn, ExportTable, ExportValue

INSTALL_ADVICE = 'To write Parquet files, install the library: pip install "p2ptrack[portfolio]"'
_OWN_COLUMNS = ("council", "commit", "position_date")
_PARTITION_KEYS = ("register", "position")
_RESERVED_NAMES = frozenset((*_OWN_COLUMNS, *_PARTITION_KEYS))
_MAX_SLUG = 60
_DIGEST_LENGTH = 8
_INTEGER_RANGE = range(-(2**63), 2**63)


def require_pyarrow() -> Any:
    """Return the library that writes Parquet. Raises `OperationError` where it is not installed."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise OperationError(INSTALL_ADVICE) from None
    return pyarrow


def make_register_key(export: Export) -> str:
    """Return the name of a register in a portfolio, from its organisation and title: letters, digits and hyphens.

    Its last part differs between two registers whose names are the same in plain letters.
    """
    names = f"{export.organisation}\0{export.title}"
    digest = hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH]
    slug = make_slug(export.organisation or export.title)[:_MAX_SLUG].strip("-")
    return f"{slug}-{digest}"


def write_partition(export: Export, key: str) -> Iterator[tuple[str, bytes]]:
    """Yield each table of a register as a Parquet file, with its path in the portfolio.

    The register's name in the portfolio and the position date are in the path; the council, the commit and the position
    date are the first columns. A field of another thing with one of these names gets another: `commit_of_record`.
    """
    pyarrow = require_pyarrow()
    folder = f"{_PARTITION_KEYS[0]}={key}/{_PARTITION_KEYS[1]}={export.as_of.isoformat()}"
    for table in export.tables:
        stream = io.BytesIO()
        pyarrow.parquet.write_table(_build_table(pyarrow, export, table), stream, compression="zstd")
        yield f"{folder}/{table.name}.parquet", stream.getvalue()


def _build_table(pyarrow: Any, export: Export, table: ExportTable) -> Any:
    types = {
        "string": pyarrow.string(),
        "date": pyarrow.date32(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
    }
    own_values = {
        "council": (export.organisation or export.title, types["string"]),
        "commit": (export.commit or None, types["string"]),
        "position_date": (export.as_of, types["date"]),
    }
    arrays = {
        name: pyarrow.repeat(pyarrow.scalar(value, type_), len(table.rows))
        for name, (value, type_) in own_values.items()
    }
    for index, column in enumerate(table.columns):
        if column.name in own_values and not column.path:
            continue  # the commit in the position
        name = f"{column.name}_of_record" if column.name in _RESERVED_NAMES else column.name
        values = [_convert_value(table, column, row[index]) for row in table.rows]
        arrays[name] = pyarrow.array(values, types[column.type])
    return pyarrow.table(arrays)


def _convert_value(table: ExportTable, column: ExportColumn, value: ExportValue) -> ExportValue | float:
    """Return a value as Parquet keeps it. Raises `OperationError` for a number that it has no room for."""
    if isinstance(value, int) and value not in _INTEGER_RANGE:
        raise OperationError(f"A number in {table.name}.{column.name} is too large for Parquet.")
    return float(value) if column.type == "number" and isinstance(value, str) else value
