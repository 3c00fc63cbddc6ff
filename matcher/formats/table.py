"""CSV <-> Documents: a row a document, a column a field, under our names or those of a mapping. Every field is carried.

A cell that a spreadsheet program would run as a formula is written with an apostrophe before it, which is taken off again
when it is read; one that begins with apostrophes before such a sign gets one more, so that nothing is lost.
Which cells these are: https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from matcher.document import Document, InvalidDocument
from matcher.formats.lines import decoded
from matcher.formats.refusal import Row

LISTS = ("telehealth_states",)
PAY = ("pay_low", "pay_high", "pay_period")
COLUMNS = ("id", "kind", "title", "employer", "place", "employment_type", *PAY, "remote", *LISTS, "posted", "closes", "text")
BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
csv.field_size_limit(2**31 - 1)  # what is too long is refused as a field of a document, by name

_RUN = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")  # apostrophes or none before what a spreadsheet program runs
Header = Mapping[str, str]  # their header -> our column


def read_mapping(data: bytes) -> dict[str, str]:
    """Their header -> our column, from a JSON object; raises InvalidDocument naming the header that is wrong."""
    values = decoded(data, "mapping")
    if not isinstance(values, dict):
        raise InvalidDocument("mapping", "is not a JSON object")
    return checked_mapping(values)


def checked_mapping(values: Mapping[str, object]) -> dict[str, str]:
    """The same mapping, each of whose headers names a column of ours that no other names; raises InvalidDocument."""
    headers: dict[str, str] = {}
    for header, column in values.items():
        if column not in COLUMNS:
            raise InvalidDocument(_field(header), f"is {column!r:.40}, must be one of {', '.join(COLUMNS)}")
        if column in headers:
            raise InvalidDocument(_field(header), f"is {column!r}, which {headers[str(column)]!r:.40} is already")
        headers[str(column)] = header
    return {header: column for column, header in headers.items()}


def rows(data: bytes, mapping: Header | None = None) -> Iterator[Row]:
    """The values of every row, numbered by the line of the file in which it ends; with a mapping, only its columns are read."""
    text = data.decode("utf-8-sig", "surrogateescape")  # so that one bad byte costs one row
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        wanted = checked_mapping(mapping) if mapping is not None else None
        _check_header(reader.fieldnames or (), wanted)
        for row in reader:
            yield reader.line_num, _values(row, wanted)
    except csv.Error as error:
        yield reader.line_num, InvalidDocument("line", f"is not CSV: {error}")
    except InvalidDocument as error:
        yield 1, error


def to_rows(documents: Iterable[Document], mapping: Header | None = None) -> Iterator[bytes]:
    """The header, then the row of each document; with a mapping, only its columns and under its names.

    Raises InvalidDocument for a mapping that names no column of ours.
    """
    columns = checked_mapping(mapping) if mapping is not None else {column: column for column in COLUMNS}
    yield _line(columns)
    for document in documents:
        cells = _cells(document)
        yield _line(cells.get(column, "") for column in columns.values())


def escaped(cell: str) -> str:
    """A cell that no spreadsheet program runs."""
    return f"'{cell}" if _RUN.match(cell) else cell


def unescaped(cell: str) -> str:
    """The cell before it was escaped."""
    return cell[1:] if cell.startswith("'") and _RUN.match(cell) else cell


def _line(cells: Iterable[str]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line).writerow([escaped(cell) for cell in cells])
    return line.getvalue().encode()


def _cells(document: Document) -> dict[str, str]:
    values = document.to_mapping()
    pay = values.pop("pay", None)
    if isinstance(pay, dict):
        values |= {f"pay_{name}": value for name, value in pay.items()}
    return {name: _cell(value) for name, value in values.items()}


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ";".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_header(header: Sequence[str], wanted: Header | None) -> None:
    names = [unescaped(name) for name in header]
    for name, count in Counter(names).items():
        if count > 1 and (wanted is None or name in wanted):
            raise InvalidDocument(_shown(name), "names more than one column")
    for name in wanted or ():
        if name not in names:
            raise InvalidDocument(_field(name), f"is no column of the file; its columns are {', '.join(map(_shown, names[:40]))}")


def _values(row: Mapping[str | None, str | list[str] | None], wanted: Header | None) -> Mapping[str, object] | InvalidDocument:
    if None in row:
        return InvalidDocument("line", "has more cells than the header")
    cells = {unescaped(str(name)): str(cell) for name, cell in row.items() if cell not in (None, "")}
    if wanted is not None:
        cells = {wanted[name]: cell for name, cell in cells.items() if name in wanted}
    for name, cell in cells.items():
        if match := re.search("[\udc80-\udcff]", cell):
            return InvalidDocument(_shown(name), f"is not UTF-8 at character {match.start()}")
    return _typed({name: unescaped(cell) for name, cell in cells.items()})


def _typed(cells: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = dict(cells)
    for name in LISTS:
        if name in cells:
            values[name] = [entry.strip() for entry in cells[name].split(";") if entry.strip()]
    if "remote" in cells:
        values["remote"] = BOOLEANS.get(cells["remote"].lower(), cells["remote"])
    given = {name: values.pop(name) for name in PAY if name in cells}
    if given:
        values["pay"] = {name.removeprefix("pay_"): _number(value) if name != "pay_period" else value for name, value in given.items()}
    return values


def _number(value: object) -> object:
    try:
        return float(str(value))
    except ValueError:
        return value


def _field(header: str) -> str:
    return f"mapping.{_shown(header)}"


def _shown(name: str) -> str:
    return name if name.isprintable() and len(name) <= 40 else f"{name!r:.40}"
