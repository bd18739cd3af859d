"""Marks on messages that are not their sender's own words: links and code, and what datasets leave out for a mark."""

from __future__ import annotations

import polars as pl
import pytest

from chatclone_dagster import tables
from chatclone_dagster.datasets.content import left_out, without_quotes
from chatclone_dagster.settings import Content, SettingsError, parse_settings
from tests.marked import kinds, marked


def test_small_talk_bears_no_mark() -> None:
    assert marked() == []


def test_links_alone_and_links_in_a_sentence() -> None:
    assert kinds("https://example.org/a?b=c") == {"link_only"}
    assert kinds("https://example.org/a\nwww.example.com …") == {"link_only"}
    assert kinds("look https://example.org/a") == set()


@pytest.mark.parametrize(
    "text",
    [
        "try this:\n```python\nprint('hello')\nprint('you')\n```",
        "def total(rows):\n    found = 0\n    for row in rows:\n        found += row.size\n    return found",
        "SELECT name\nFROM people\nINSERT INTO people VALUES (1);\nCREATE TABLE x (a int);",
        'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    main()\nValueError: no',
    ],
)
def test_code(text: str) -> None:
    assert "code" in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "from tomorrow on\nimport beer is cheaper\nreturn the bottles please\nclass is over at 3",
        "shopping:\n- milk\n- bread\n- eggs :)",
        "he said: no;\nshe said: yes;\nso what now",
        "`ls` does not work for me",
    ],
)
def test_lines_that_only_look_like_code(text: str) -> None:
    assert kinds(text) == set()


def test_what_is_left_out_is_for_the_settings_to_say() -> None:
    found = pl.DataFrame(
        [("a", "forwarded", None), ("a", "quote", None), ("b", "quote", "1-1"), ("c", "link_only", None)],
        schema=tables.MESSAGE_MARKS.schema,
        orient="row",
    )
    assert left_out(found, Content().leave_out).rows() == [("a", "forwarded")], (
        "a quote that can be cut leaves nothing out"
    )
    assert left_out(found, ("link_only",)).rows() == [("c", "link_only")]
    turns = pl.DataFrame({"bubbles": [["> x y\nmine", "and"], ["other"]], "message_ids": [["b", "z"], ["y"]]})
    cut = without_quotes(turns, "bubbles", "message_ids", found, ("quote",))
    assert cut["bubbles"].to_list() == [["mine", "and"], ["other"]]
    assert without_quotes(turns, "bubbles", "message_ids", found, ()).equals(turns)
    assert parse_settings("[content]\nleave_out = ['code']").content.leave_out == ("code",)
    with pytest.raises(SettingsError, match=r"content\.leave_out\.0: Input should be 'forwarded', 'chain_message'"):
        parse_settings("[content]\nleave_out = ['boring']")
