"""The rows of a table as frames of strings, a block at a time: CSV (or TSV), JSON lines, Parquet."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.files.delimited import delimiter_of, records

_PARQUET = b"PAR1"
_DAMAGED = (pa.ArrowException, OSError, UnicodeDecodeError)  # the last of a name that is no UTF-8
_PARQUET_ROWS = 65_536
_LARGEST_PACKED = 1 << 30  # bytes of a Parquet file inside an archive, which has to be unpacked to be read
_JSON_ROWS = 50_000
_LONGEST_RECORD = 64 << 20  # bytes; when no record ends for so long, a quote was never closed


def form_of(file: ExportFile) -> str:
    """csv, jsonl or parquet, by content."""
    if file.head.startswith(_PARQUET):
        return "parquet"
    return "jsonl" if file.head[text.encoding_of(file.head)[1] :].lstrip()[:1] == b"{" else "csv"


def columns_of(file: ExportFile) -> list[str]:
    """The names of the table's columns (of JSON lines: of the first line's keys); none if the file is no table.

    Raises:
        UnreadableError: a broken Parquet file.
    """
    form = form_of(file)
    if form == "parquet":
        with _parquet(file) as opened:
            return list(opened.schema_arrow.names)
    if text.is_binary(file.head):
        return []
    head = text.head_text(file).lstrip("\ufeff")
    if form == "csv":
        first = next(records(iter(head.split("\n")), delimiter_of(head)), None)
        return [name.strip() for name in (first.fields or [] if first else [])]
    first_line = next((line for line in head.split("\n") if line.strip()), "")
    try:
        record = orjson.loads(first_line)
    except orjson.JSONDecodeError:
        return []
    return list(record) if isinstance(record, dict) else []


def frames(file: ExportFile, names: Mapping[str, str], out: Out) -> Iterator[pl.DataFrame]:
    """The columns `names` (ours → theirs, which may be the same for two of ours) and `position`; what is no row is reported."""
    read = {"parquet": _from_parquet, "jsonl": _from_json_lines, "csv": _from_csv}[form_of(file)]
    yield from read(file, names, out)


def _from_csv(file: ExportFile, names: Mapping[str, str], out: Out) -> Iterator[pl.DataFrame]:
    head = text.head_text(file).lstrip("\ufeff")
    delimiter = delimiter_of(head)
    columns = columns_of(file)
    wanted = {ours: columns.index(theirs) for ours, theirs in names.items()}
    line, first = 1, True
    for block in _whole_records(text.blocks(file, out.issue)):
        if first:  # the header, after empty lines
            header = len(block) - len(block.lstrip(b"\r\n"))
            end = block.find(b"\n", header) + 1 or len(block)
            if block[header:end].count(b'"') % 2:
                raise UnreadableError("a header over more than one line")
            line += block[:end].count(b"\n")
            block, first = block[end:], False  # noqa: PLW2901 (the rest of it)
        if not block:
            continue
        frame = _fast(block, len(columns), delimiter, line)
        if frame is None:
            frame = _record_by_record(block, len(columns), delimiter, line, out)
        picked = {ours: frame.to_series(place) for ours, place in wanted.items()}
        yield pl.DataFrame({"position": frame["position"], **picked})
        line += block.count(b"\n")


def _whole_records(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Regroup blocks of lines so that none ends inside quotes."""
    rest = b""
    for block in blocks:
        data = rest + block if rest else block
        bytes_ = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(bytes_ == ord("\n"))
        quotes = np.flatnonzero(bytes_ == ord('"'))
        outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
        cut = int(outside[-1]) + 1 if len(outside) else 0
        if len(data) - cut > _LONGEST_RECORD:
            cut = len(data)
        rest = data[cut:]
        if cut:
            yield data[:cut]
    if rest:
        yield rest


def _fast(block: bytes, width: int, delimiter: str, line: int) -> pl.DataFrame | None:
    """A block in which every record is well formed, all at once; None if one is not."""
    names = [f"c{n}" for n in range(width)]
    try:
        frame = pl.read_csv(
            block,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            separator=delimiter,
            empty_string_is_null=False,
            truncate_ragged_lines=False,
        )
    except pl.exceptions.PolarsError:
        return None

    def inside(sign: str) -> pl.Series:
        return frame.select(pl.sum_horizontal(pl.all().str.count_matches(sign, literal=True))).to_series()

    breaks = inside("\n")
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    separators = block.count(delimiter.encode()) - inside(delimiter).sum()
    if frame.height + breaks.sum() != lines or separators != frame.height * (width - 1):
        return None  # empty lines, or records of too few cells, which polars fills up: they have to be looked at one by one
    return frame.with_columns(
        position=line + pl.int_range(pl.len()) + breaks.cum_sum().shift(1, fill_value=0).cast(pl.Int64)
    )


def _record_by_record(block: bytes, width: int, delimiter: str, line: int, out: Out) -> pl.DataFrame:
    """A block with broken records: each is reported, the others are read."""
    rows: list[list[str | int]] = []
    for record in records(iter(block.decode().split("\n")), delimiter):
        at = line + record.line - 1
        fields = record.fields
        if fields is None:
            out.issue(at, "a record whose quotes do not close, or close too early", record.raw, is_row=True)
        elif len(fields) != width:
            out.issue(at, f"a record of {len(fields)} cells where the header has {width}", record.raw, is_row=True)
        else:
            fields[-1] = fields[-1].removesuffix("\r")
            rows.append([*fields, at])
    schema: dict[str, Any] = {**dict.fromkeys((f"c{n}" for n in range(width)), pl.String), "position": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _from_json_lines(file: ExportFile, names: Mapping[str, str], out: Out) -> Iterator[pl.DataFrame]:
    rows: list[tuple[Any, ...]] = []
    schema = {"position": pl.Int64, **dict.fromkeys(names, pl.String)}
    for number, line in enumerate(text.lines(file, out.issue), start=1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            record = None
        if not isinstance(record, dict):
            out.issue(number, "a line that is no JSON object", line, is_row=True)
            continue
        rows.append((number, *(_plain(record.get(theirs)) for theirs in names.values())))
        if len(rows) >= _JSON_ROWS:
            yield pl.DataFrame(rows, schema=schema, orient="row")
            rows = []
    yield pl.DataFrame(rows, schema=schema, orient="row")


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _from_parquet(file: ExportFile, names: Mapping[str, str], out: Out) -> Iterator[pl.DataFrame]:
    start = 0
    with _parquet(file) as opened:
        try:
            for batch in opened.iter_batches(_PARQUET_ROWS, columns=[*names.values()]):
                batch.validate(full=True)  # polars takes it for granted that text is UTF-8
                frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
                picked = {ours: _flat(frame[theirs]) for ours, theirs in names.items()}
                yield pl.DataFrame({"position": pl.int_range(start, start + frame.height, eager=True), **picked})
                start += frame.height
        except _DAMAGED:
            raise UnreadableError("a damaged Parquet file") from None


def _flat(column: pl.Series) -> pl.Series:
    """A column that can be written as text; bytes are UTF-8: some programs write text without saying that it is some."""
    if column.dtype == pl.Binary:
        cells = [None if cell is None else cell.decode(errors="replace") for cell in column]
        return pl.Series(column.name, cells, pl.String)
    if column.dtype.is_nested() or column.dtype == pl.Duration:
        raise UnreadableError(f"column {column.name!r} holds {column.dtype}, not text")
    return column


def _parquet(file: ExportFile) -> pq.ParquetFile:
    if "!" in file.name and file.size > _LARGEST_PACKED:
        raise UnreadableError("a Parquet file of more than 1 GiB in an archive; unpack it first")
    stream = file.open()
    try:
        return pq.ParquetFile(io.BytesIO(stream.read()) if "!" in file.name else stream)
    except _DAMAGED:
        stream.close()
        raise UnreadableError("a damaged Parquet file") from None
