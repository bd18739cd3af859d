"""Which reader takes a file, and readers of other packages."""

from __future__ import annotations

import json
import logging
import sys
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Any

import pytest

from chatclone_dagster.readers import imazing, imessage_exporter, instagram, messenger, registry, table, whatsapp
from chatclone_dagster.readers.contract import ReadOptions, Sniff, TableMapping
from tests.readers.reading import export

THREAD = json.dumps(
    {
        "participants": [{"name": "Ada"}],
        "messages": [{"sender_name": "Ada", "timestamp_ms": 1_600_000_000_000, "content": "hi"}],
    }
)


@pytest.mark.parametrize(
    ("name", "content", "reader"),
    [
        ("WhatsApp Chat with Ada.txt", "13/06/2018, 10:00 - Ada: hi\n", whatsapp),
        ("renamed", "[13.06.18, 10:00:00] Ada: hi\n", whatsapp),
        ("your_activity_across_facebook/messages/inbox/a_1/message_1.json", THREAD, messenger),
        ("your_instagram_activity/messages/inbox/a_1/message_1.json", THREAD, instagram),
        ("message_1.json", THREAD.replace("hi", "https://www.instagram.com/p/x"), instagram),
        ("message_1.json", THREAD.replace('"content"', '"type": "Generic", "content"'), messenger),
        ("Ada.txt", "May 17, 2022  5:29:42 PM\nMe\nhi\n\n", imessage_exporter),
        ("x.csv", "Chat Session,Message Date,Service,Type,Sender ID,Sender Name,Text\n", imazing),
        ("x.csv", "sent_at,sender,text\n2020-01-01T00:00:00Z,Ada,hi\n", table),
        ("x.jsonl", '{"sent_at": 1, "sender": "Ada", "text": "hi"}\n', table),
        ("x.csv", "a,b,c\n1,2,3\n", None),
        ("notes.txt", "buy milk\n", None),
        ("IMG-1.jpg", "13/06/2018, 10:00 - Ada: hi\n", None),
    ],
)
def test_detection_goes_by_content(name: str, content: str, reader: Any) -> None:
    found = registry.detect(export(content, name))
    assert (found[0] if found else None) is reader


def test_a_mapping_decides() -> None:
    options = ReadOptions(table=TableMapping("*", {"sent_at": "a", "sender": "b", "text": "c"}))
    found = registry.detect(export("a,b,c\n", "x.csv"), options)
    assert found == (table, Sniff(1.0, "mapped"))


def test_readers_by_name() -> None:
    assert registry.reader("whatsapp") is whatsapp
    with pytest.raises(KeyError, match="there are whatsapp, messenger"):
        registry.reader("fax")


def test_readers_of_other_packages(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    good = ModuleType("good_reader")
    good.NAME = "fax"  # type: ignore[attr-defined]
    good.sniff = lambda file: Sniff(0.99) if file.suffix == ".fax" else 1 / 0  # type: ignore[attr-defined]
    good.read = lambda file, options, out: None  # type: ignore[attr-defined]
    again = ModuleType("again_reader")
    again.NAME, again.sniff, again.read = "whatsapp", good.sniff, good.read  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "good_reader", good)
    monkeypatch.setitem(sys.modules, "again_reader", again)
    monkeypatch.setitem(sys.modules, "half_reader", ModuleType("half_reader"))
    entries = [
        EntryPoint(name, module, registry.GROUP)
        for name, module in (
            ("a", "again_reader"),
            ("g", "good_reader"),
            ("h", "half_reader"),
            ("n", "no_such_module_at_all"),
        )
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)
    registry.readers.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            assert [reader.NAME for reader in registry.readers()][-2:] == ["table", "fax"]
            assert len(caplog.messages) == 3
            assert all("\n" not in message for message in caplog.messages)
            found = registry.detect(export("x", "x.fax"))
            assert found is not None
            assert found[0].NAME == "fax"
            assert registry.detect(export("x", "x.txt")) is None  # the foreign reader fails, the others go on
    finally:
        registry.readers.cache_clear()
