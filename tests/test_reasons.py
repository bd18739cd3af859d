"""Reasons why a message is not used: each that the code can give is explained, in the program and on the page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from chatclone_dagster import cli, reasons, tables
from chatclone_dagster.privacy.exclude import CONVERSATION, DATES, PERSON
from chatclone_dagster.readers.slack import messages as slack_messages
from chatclone_dagster.settings import PRIVATE_KINDS
from tests.conftest import ROOT

_WORD = re.compile("[a-z]+(?:_[a-z]+)*")
NO_REASONS = {"used", "dropped", "messages", "dataset"}  # what else is written into columns there


def written_words(path: Path) -> Iterator[str]:
    """The words that a file writes into columns as they are: `pl.lit("…")` and `fill_null("…")`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("lit", "fill_null")
        ):
            words = [str(given.value) for given in node.args if isinstance(given, ast.Constant)]
            yield from (word for word in words if _WORD.fullmatch(word))


def test_every_reason_the_code_can_give_is_explained() -> None:
    rooms = [
        ROOT / "chatclone_dagster" / name for name in ("messages/clean.py", "datasets/build.py", "datasets/content.py")
    ]
    found = {word for path in rooms for word in written_words(path)} - NO_REASONS
    assert {"duplicate", "answers_nobody", "no_room_for_context", "withdrawn", "answers_bot"} <= found
    readers = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "chatclone_dagster/readers").rglob("*.py"))
    found |= set(re.findall(r"""\bfolded"?[=:] ?"([a-z_]+)\"""", readers)) | {*slack_messages._FOLDED.values()}
    found |= {PERSON, CONVERSATION, DATES, *(f"dropped_private_{kind}" for kind in PRIVATE_KINDS)}
    explained = {*reasons.MESSAGES, *reasons.SAFE, *reasons.DATASET} - found - set(tables.MARKS)
    assert found <= set(reasons.REASONS), "add it to reasons.py"
    assert all(f'"{reason}"' in readers for reason in explained), "nobody gives this reason any more"
    assert set(tables.MARKS) <= set(reasons.DATASET), "any mark can be left out"
    for reason, words in reasons.REASONS.items():
        assert reason.isidentifier()
        assert 15 < len(words) < 100
        assert words[0].islower()
        assert not words.endswith(".")
    assert reasons.explain("of_another_package") == "of another package"


def test_the_page_of_reasons_names_all_of_them() -> None:
    page = (ROOT / "docs/ledger.md").read_text(encoding="utf-8")
    assert {reason for reason in reasons.REASONS if f"| `{reason}` |" not in page} == set()
    assert "ledger" in {command.callback.__name__ for command in cli.app.registered_commands if command.callback}
