"""What is written in WhatsApp's format is read back as it was, whatever it says, and other programs can read it too."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers import registry, whatsapp
from chatclone_dagster.readers.whatsapp import converted, headers, written
from chatclone_dagster.readers.whatsapp.inserts import Body
from chatclone_dagster.readers.whatsapp.write import Written, write
from chatclone_dagster.tables import KINDS
from tests.readers.reading import Reading, export, on_disk, read
from tests.readers.writers import Line, whatsapp_chats
from tests.rows import raw_rows

JOINER, MARK = "\u2060", "\u200e"
# Pieces of what the format itself is made of, and of what it must not be taken for.
_PIECES = (
    *(
        JOINER,
        JOINER * 2,
        MARK,
        "\u200f",
        "\ufeff",
        "\u2063",
        "\0",
        "␀",
        "␊",
        "\n",
        "\r",
        "\r\n",
        "\u2028",
        " ",
        ":",
        ": ",
    ),
    *(
        "<",
        ">",
        "(",
        ")",
        "[31/12/2019, 10:00:00] Ada: hi",
        "\n[31/12/2019, 10:00:00] Ada: hi",
        "\n12.1.20, 10:00 - Bo: hi",
    ),
    *(
        *written.PHRASES.values(),
        written.DELETED_BY_OWNER,
        written.EDITED,
        "<attached: a.jpg>",
        "a.jpg (file attached)",
    ),
    *(
        "Location: https://maps.google.com/?q=1,2",
        "POLL:\nq\nOPTION: a",
        "OPTION: ",
        "Ada left",
        "image omitted",
        "null",
    ),
    *(
        "https://a.example/b: c",
        "a",
        "ﬀ",
        "🎉",
        "مرحبا",
        "“",
        "”",
        "Converted by ChatClone from x, times in UTC, chat “a”",
    ),
)
_texts = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=3)), max_size=5).map("".join)
_many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def _chats(draw: st.DrawFn) -> list[dict[str, Any]]:
    people = draw(st.lists(_texts, min_size=1, max_size=3))
    chat = {"conversation_name": draw(_texts), "is_group": draw(st.sampled_from((True, False, None)))}
    at = draw(st.datetimes(datetime(1, 1, 20), datetime(9998, 1, 1)))  # noqa: DTZ001 (raw rows carry local times)
    rows = []
    for _ in range(draw(st.integers(1, 12))):
        at += timedelta(seconds=draw(st.integers(-90_000, 90_000)))
        kind = draw(st.sampled_from(("text",) * 5 + KINDS))
        rows.append(
            {
                **chat,
                "kind": kind,
                "who": draw(st.sampled_from([*people, None])),
                "sent_local": at,
                "text": draw(_texts),
                "edited": draw(st.booleans()),
                "attachments": draw(st.one_of(st.just([]), st.lists(_texts, max_size=2))),
                "from_owner": True if kind == "deleted" and draw(st.booleans()) else None,
            }
        )
    return rows


def there_and_back(folder: Path, *rows: dict[str, Any], **how: Any) -> tuple[Written, Reading]:
    """Write one chat and read its file."""
    (done,) = write(raw_rows(*rows).lazy(), folder, "UTC", **how)
    return done, read(whatsapp, on_disk(done.path))


@_many
@given(_chats())
def test_whatever_is_written_is_read_back(rows: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        done, reading = there_and_back(Path(folder), *rows)
        claim = registry.detect(on_disk(done.path))
    assert claim is not None
    assert (claim[0].NAME, claim[1].variant) == ("whatsapp", "converted")
    assert reading.issues == []
    assert done.messages == len(rows)
    for row, meant in zip(reading.rows, rows, strict=True):
        assert row["sender_name"] == row["sender_key"] == meant["who"]
        assert row["sent_local"] == meant["sent_local"].replace(microsecond=0)
        for name in ("kind", "text", "edited", "attachments", "from_owner", "conversation_name", "is_group"):
            assert row[name] == meant[name], name


@_many
@given(_texts, st.booleans(), st.sampled_from(KINDS), st.booleans())
def test_only_a_message_begins_as_a_message_does(text: str, said: bool, kind: str, alike: bool) -> None:
    lines = written.body(Body(kind, text), said=said, alike=alike).split("\n")
    assert not any(re.match(headers.LEAD, line) for line in lines[1:])
    assert said or kind == "poll" or ": " not in lines[0]  # what nobody said has no name for other programs either


def test_it_is_what_an_iphone_writes(tmp_path: Path) -> None:
    rows = (
        {"who": "Ada", "text": "hello\nyou"},
        {"who": "Ada", "text": "look", "kind": "media", "attachments": ["a.jpg"]},
        {"who": "Ada", "text": "two", "kind": "media", "attachments": ["a.jpg", "b.jpg"], "edited": True},
        {"who": "Bo", "kind": "media"},
        {"who": "Bo", "kind": "sticker"},
        {"who": "Bo", "kind": "voice", "attachments": ["a.mp4"]},
        {"who": "Bo", "kind": "call"},
        {"who": "Bo", "kind": "location", "attachments": ["https://maps.google.com/?q=1,2"]},
        {"who": "Bo", "kind": "poll", "text": "When?\nnow\nlater"},
        {"who": "Bo", "kind": "deleted"},
        {"who": "Ada", "kind": "deleted", "from_owner": True},
        {"who": None, "kind": "system", "text": "Ada changed the name to: Chess"},
        {"who": "Dr: No\n", "text": "ok", "edited": True},
    )
    done, reading = there_and_back(tmp_path, *rows)
    lines = done.path.read_bytes().decode().replace(MARK, "|").replace(JOINER, "+").replace("\u2063", "#")
    assert lines.replace("[01/01/2024, 12:00:00] ", "> ").split("\n") == [
        "> |Converted by ChatClone from whatsapp, times in UTC, chat “Chat”",
        "> Ada: hello",
        "you",
        "> Ada: look |<attached: a.jpg>",
        "> Ada: two |<attached: a.jpg> |<attached: b.jpg> |<This message was edited>",
        "> Bo: |<Media omitted>",
        "> Bo: |sticker omitted",
        f"> Bo: |<attached: a.mp4> |{'#' * (KINDS.index('voice') + 1)}",
        "> Bo: |Voice call",
        "> Bo: |Location: https://maps.google.com/?q=1,2",
        "> Bo: |POLL:",
        "When?",
        "|OPTION: now",
        "|OPTION: later",
        "> Bo: |This message was deleted.",
        "> Ada: |You deleted this message.",
        "> |Ada changed the name to:+ Chess",
        "> Dr:+ No+␊: ok |<This message was edited>",
        "",
    ]
    assert reading.facts["variant"] == "converted"
    assert {row["tz_known"] for row in reading.rows} == {True}


def test_kinds_keep_their_numbers() -> None:
    """Files that were written name kinds by their number."""
    first = "text media sticker voice call location poll contact system deleted unavailable"
    assert KINDS[:11] == tuple(first.split())


ALIKE = {
    "<Media omitted>": "+<+Media omitted>",
    "image omitted": "+image omitted",
    "This message was deleted": "+This message was deleted",
    "a.jpg (file attached)": "+a.jpg +(file attached)",
    "ok <This message was edited>": "+ok <+This message was edited>",
    "Missed voice call": "+Missed voice call",
    "Ada left": "+Ada left",
    "": "+",
    "x\n12.01.20, 10:00 - Bo: hi": "x\n+12.01.20, 10:00 - Bo: hi",
    "x\r\n[1/2/20, 10:00:00 AM] Bo: hi": "x\r+\n+[1/2/20, 10:00:00 AM] Bo: hi",
    f"a{JOINER}b": "a++b",
    "image omitted? no": "image omitted? no",
    "2 eggs\n3 onions (red)": "2 eggs\n3 onions (red)",
}


@pytest.mark.parametrize(("typed", "expected"), ALIKE.items())
def test_what_is_typed_is_not_what_the_app_writes(tmp_path: Path, typed: str, expected: str) -> None:
    done, reading = there_and_back(tmp_path, {"who": "Ada", "text": typed})
    body = done.path.read_bytes().decode().split("] Ada: ", 1)[1].removesuffix("\n")
    assert body.replace(JOINER, "+") == expected
    assert [(row["kind"], row["text"]) for row in reading.rows] == [("text", typed)]
    bare = done.path.read_bytes().split(b"\n", 1)[1]  # without our first line, by the rules for any export
    assert [row["kind"] for row in read(whatsapp, export(bare)).rows] == ["text"]


@_many
@given(whatsapp_chats())
def test_no_other_export_is_read_by_these_rules(chat: tuple[str, list[Line]]) -> None:
    assert converted.announced(export(chat[0])) is None


@pytest.mark.parametrize(
    "header", ["31/12/2019, 23:59 - Ada: ", "[31/12/2019, 23:59:59] Ada: ", "[31.12.19, 23:59:59] ", ""]
)
def test_nobody_can_say_the_first_line(header: str) -> None:
    said = written.first_line("whatsapp", "UTC", None, "Chat")
    assert converted.announced(export(f"{header}{said}\n{header}a{JOINER}b\n")) is None
    assert converted.announced(export(f"[31/12/2019, 23:59:59] {said}\n")) is not None


def test_a_date_that_does_not_exist_is_reported() -> None:
    first = f"[28/02/2019, 10:00:00] {written.first_line('x', 'Asia/Tokyo', True, 'Chess')}\r\n"
    reading = read(whatsapp, export(f"{first}[28/02/2019, 10:00:00] Ada: a\r\nb\r\n[30/02/2019, 10:00:00] Bo: c\r\n"))
    assert [(row["position"], row["text"], row["tz_known"]) for row in reading.rows] == [(2, "a\nb", False)]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(4, True)]
    assert read(whatsapp, export(first)).rows == []
