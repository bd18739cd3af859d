"""Parquet files: contracts, atomic writes, and versions that tell content apart and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatclone_dagster import lake, tables

ALIASES = pl.DataFrame({"alias_id": ["a", "b"], "message_id": ["m", "n"], "export_id": ["e", "e"], "position": [1, 2]})


def test_every_table_keeps_its_own_contract(tmp_path: Path) -> None:
    found = [value for value in vars(tables).values() if isinstance(value, tables.Table)]
    assert len(found) >= 10
    for table in found:
        lake.write(table, table.empty(), tmp_path / f"{table.name}.parquet")
        assert all(column.meaning for column in table.columns)
        assert set(table.key) <= {column.name for column in table.columns}


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (ALIASES.with_columns(pl.col("position").cast(pl.Int32)), "position: Int32 instead of Int64"),
        (ALIASES.drop("position"), "position: None instead of Int64"),
        (ALIASES.with_columns(message_id=pl.lit(None, pl.String)), "null in message_id"),
    ],
)
def test_a_frame_that_breaks_its_contract_is_not_put_in_place(frame: pl.DataFrame, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "aliases.parquet"
    lake.write(tables.MESSAGE_ALIASES, ALIASES, path)
    with pytest.raises(lake.ContractError, match=fault):
        lake.write(tables.MESSAGE_ALIASES, frame, path)
    assert pl.read_parquet(path).equals(ALIASES)
    assert list(tmp_path.iterdir()) == [path], "nothing is left lying about"


def test_a_repeated_key_is_refused(tmp_path: Path) -> None:
    row = {c.name: [None] for c in tables.EXPORTS.columns} | {"file": ["a"], "bytes": [1], "confidence": [0.5]}
    frame = pl.DataFrame(row, schema=tables.EXPORTS.schema)
    with pytest.raises(lake.ContractError, match="1 rows repeat the key file"):
        lake.write(tables.EXPORTS, pl.concat([frame, frame]), tmp_path / "x.parquet")


def test_a_block_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def half() -> None:
        with lake.replacing(path) as aside:
            aside.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


rows = st.lists(
    st.tuples(st.text(max_size=5), st.integers(-5, 5), st.lists(st.text(max_size=2), max_size=2)), min_size=1
)


@pytest.mark.parametrize("version_of", [lake.version, lake.quick_version])
@given(made=rows, random=st.randoms(use_true_random=False))
def test_a_version_is_the_same_for_the_same_rows_in_any_order_and_no_others(
    tmp_path_factory: pytest.TempPathFactory,
    version_of: Callable[[Path], str],
    made: list[tuple[str, int, list[str]]],
    random: object,
) -> None:
    folder = tmp_path_factory.mktemp("v")
    schema = {"a": pl.String, "b": pl.Int64, "c": pl.List(pl.String)}

    def version(data: list[tuple[str, int, list[str]]], name: str, **how: object) -> str:
        pl.DataFrame(data, schema=schema, orient="row").write_parquet(folder / name, **how)  # type: ignore[arg-type]
        return version_of(folder / name)

    shuffled = list(made)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = version(made, "one", compression="zstd")
    assert version(shuffled, "two", compression="snappy", row_group_size=1) == one
    text, number, words = made[0]
    assert version([(text, number + 1, words), *made[1:]], "three") != one
    assert version([*made, made[0]], "four") != one, "a row more is another content"


def test_a_digest_never_changes() -> None:
    # Ids of messages are made of it: a change here would give every message of every home another id.
    assert lake.digest(pl.Series("x", ["", "hello", "hällo 🦦"])).to_list() == [
        "d41d8cd98f00b204e980",
        "5d41402abc4b2a76b971",
        "80402d2ce8c3f4cfe725",
    ]


def test_what_killed_processes_left_is_swept_after_a_day(tmp_path: Path) -> None:
    old, new, kept = tmp_path / ".messages.parquet.0a1b2c3d", tmp_path / ".people.parquet.0a1b2c3e", tmp_path / ".spill"
    folder = tmp_path / "raw/.abc.0a1b2c3d"
    folder.mkdir(parents=True)
    for path in (old, new, kept, folder / "rows.parquet"):
        path.write_bytes(b"x")
    for path in (old, folder, kept):
        os.utime(path, (0, 0))
    lake.sweep(tmp_path)
    assert sorted(tmp_path.rglob(".*")) == [new, kept]


def test_what_is_made_ahead_comes_in_order_one_at_a_time_and_fails_where_it_failed() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(4):
            made.append(number)
            yield number
        raise OSError("no more of it")

    ahead = lake.ahead(items())
    for number in range(4):
        assert next(ahead) == number
        assert len(made) <= number + 2
    with pytest.raises(OSError, match="no more of it"):
        next(ahead)
    assert list(lake.ahead(iter(()))) == []
