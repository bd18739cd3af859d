"""docs/cookbook.md: every query answers over the sample chats, with the columns that the page promises."""

from __future__ import annotations

import re

import pytest

from chatclone_dagster import warehouse
from chatclone_dagster.home import Home
from tests.conftest import ROOT

PAGE = (ROOT / "docs/cookbook.md").read_text(encoding="utf-8")
RECIPE = re.compile(r"### (\d+)\. ([^\n]+\?)\n\n```sql\n(.*?)\n```\n\nGives (.*?)\.\n", re.DOTALL)
RECIPES = RECIPE.findall(PAGE)


def test_there_are_twenty() -> None:
    assert [int(number) for number, *_ in RECIPES] == list(range(1, 21))
    assert PAGE.count("```sql") == len(RECIPES), "no query escapes the test"


@pytest.mark.parametrize(("number", "question", "sql", "columns"), RECIPES, ids=[number for number, *_ in RECIPES])
def test_a_query_answers(sample_history: Home, number: str, question: str, sql: str, columns: str) -> None:
    names, rows = warehouse.query(sample_history, sql)
    assert [f"`{name}`" for name in names] == columns.split(", "), f"{number}. {question}"
    assert rows, f"{number}. {question}"
    assert all(any(row[i] is not None for row in rows) for i in range(len(names))), "a column is empty"
