"""What a row of the vectors expects of messages: each key it may state, and how that shows in our rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.readers.reading import Reading

Row = dict[str, Any]

_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_KINDS = {
    **dict.fromkeys(("text", "message"), ("text",)),
    **dict.fromkeys(
        ("media", "image", "photo", "video", "gif", "document", "file", "attachment_missing"),
        ("media", "voice", "unavailable"),
    ),
    **dict.fromkeys(("audio", "voice"), ("voice", "media")),
    **dict.fromkeys(("call", "missed_call", "call_missed"), ("call",)),
    **dict.fromkeys(("view_once", "pending"), ("unavailable",)),
    **dict.fromkeys(("contact", "deleted", "location", "poll", "sticker"), None),
    "attachment": ("media", "voice", "sticker", "contact"),
    "event": ("system",),
}
"""A kind as the vectors name it (without `_omitted`) → ours; None: the same. Any other name means that nobody typed it."""


def _is_kind(got: Row, value: str) -> bool:
    name = value.replace("-", "_").removesuffix("_omitted")
    if name not in _KINDS:
        return bool(got["kind"] != "text")
    return bool(got["kind"] in (_KINDS[name] or (name,)))


_NOT_OURS = {"replying_to", "reply", "read_after", "effect", "event", "service"}
"""Keys about what our tables do not hold. That it is kept out of the text is asserted by the key `text`."""


def plain(text: str | None) -> str:
    """Texts compare exactly but for direction marks, blanks at the end and what a line ends with."""
    return _MARKS.sub("", text or "").replace("\r\n", "\n").rstrip()


def utc_of(got: Row, zone: str | None = None) -> datetime:
    moment: datetime = got["sent_local"]
    return moment.replace(tzinfo=UTC if got["tz_known"] or zone is None else ZoneInfo(zone)).astimezone(UTC)


def _file_of(path: str) -> str:
    """The file's name in a path or a link."""
    return re.split(r"[/\\]", path.split("?", 1)[0])[-1]


def _is_of_app(got: Row, *, loosely: bool) -> bool:
    """Whether nobody said this. Loosely, nor is a call or a place that was shared, which is an act of its sender in no words."""
    wordless = loosely and got["kind"] in ("call", "location") and not got["text"]
    return got["kind"] == "system" or got["sender_name"] is None or wordless


def _reactions(got: Row, *, counted: bool) -> list[list[Any]]:
    """Emoji and who left it, or how many did."""
    if counted:
        return [[emoji, count] for emoji, count in Counter(item["emoji"] for item in got["reactions"]).items()]
    return [[item["emoji"], item["sender"]] for item in got["reactions"]]


def _same_moment(got: Row, value: str, row: Row) -> bool:
    moment = datetime.fromisoformat(value)
    return utc_of(got, row.get("options", {}).get("tz")) == (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


_CHECKS: dict[str, Callable[[Row, Any, Row], bool]] = {
    "ts": lambda got, value, _: got["sent_local"] == datetime.fromisoformat(value),
    "ts_ms": lambda got, value, _: utc_of(got) == datetime.fromtimestamp(value / 1000, UTC),
    "utc": _same_moment,
    "ts_utc": _same_moment,
    "author": lambda got, value, _: got["from_owner"] is True if value == "__me__" else got["sender_name"] == value,
    "author_id": lambda got, value, _: got["sender_key"] == value,
    "text": lambda got, value, _: plain(got["text"]) == plain(value),
    "system": lambda got, value, _: _is_of_app(got, loosely=value) is value,
    "kind": lambda got, value, _: _is_kind(got, value),
    "deleted": lambda got, value, _: (got["kind"] == "deleted") is value,
    "edited": lambda got, value, _: got["edited"] is value,
    "attachment": lambda got, value, _: any(value in (path, _file_of(path)) for path in got["attachments"]),
    "sticker": lambda got, value, _: any(value == path or "/stickers/" in path for path in got["attachments"]),
    "id": lambda got, value, _: got["platform_id"] == str(value),
    "reply_to": lambda got, value, _: got["platform_id"] is None or got["reply_to"] == str(value),
    "reactions": lambda got, value, _: _reactions(got, counted=any(isinstance(who, int) for _, who in value)) == value,
    "outgoing": lambda got, value, row: (
        (got["sender_name"] == row["owner"] if "owner" in row else got["from_owner"]) is value
    ),
    "direction": lambda got, value, _: got["from_owner"] is (value == "outgoing"),
    "chat": lambda got, value, _: got["conversation_name"] == value,
    "history": lambda got, value, _: got["text"] == value[-1],
    "actor": lambda got, value, _: value in got["text"],
    "target": lambda got, value, _: value in got["text"],
}


def check_message(got: Row, expect: Row, row: Row) -> None:
    """Assert every key that is stated about one message."""
    for key, value in expect.items():
        if key not in _NOT_OURS:
            assert key in _CHECKS, f"a key this test does not know: {key}"
            assert _CHECKS[key](got, value, row), (key, value, got)


def check_messages(reading: Reading, row: Row) -> None:
    """Compare rows in order; what the app wrote may stand between them where the row does not speak of it."""
    expected = list(row["expect"])
    if _in_order(reading.rows) and not _in_order(expected):
        expected.reverse()
    got = iter([item for item in reading.rows if item["folded"] is None])
    for expect in expected:
        of_the_app = bool(expect.get("system") or "event" in expect or expect.get("author", "?") is None)
        candidate = next((item for item in got if of_the_app or item["kind"] != "system"), None)
        assert candidate is not None, f"missing: {expect}"
        check_message(candidate, expect, row)
    assert [item for item in got if item["kind"] != "system"] == []


def _in_order(items: list[Row]) -> bool:
    """Whether the times go up; a row may state but some of them."""
    keys = [
        str(item.get("sent_local") or item.get("ts") or item.get("ts_utc") or item.get("ts_ms") or "") for item in items
    ]
    return (stated := [key for key in keys if key]) == sorted(stated)


def check_counts(reading: Reading, row: Row) -> None:
    """Assert what is stated about all messages together; where rows count only what people sent, or said, so may we."""
    rows = [item for item in reading.rows if item["folded"] is None]
    kinds = [item["kind"] for item in reading.said]
    counts = (len(rows), len(kinds), len(kinds) - kinds.count("call"))
    for key in {"expect_count", "expect_total", "nominal_count"} & {*row}:
        assert row[key] in counts, counts
    for key, kind in (("expect_text_count", "text"), ("expect_photo_count", "media")):
        assert kinds.count(kind) == row.get(key, kinds.count(kind))
    if "expect_empty" in row:
        assert len([item for item in rows if item["kind"] == "unavailable" and not item["text"]]) == row["expect_empty"]
    if "expect_ts" in row:
        _check_times(reading, row)
    if "expect_authors" in row:
        assert reading.column("sender_name") == row["expect_authors"]
    for key, place in (("expect_first", 0), ("expect_last", -1)):
        if key in row:
            check_message(reading.said[place], row[key], row)
    if "expect_texts" in row:
        assert [plain(item["text"]) for item in reading.said] == [plain(text) for text in row["expect_texts"]]


def _check_times(reading: Reading, row: Row) -> None:
    wanted = [datetime.fromisoformat(moment) for moment in row["expect_ts"]]
    items = reading.said if len(reading.said) == len(wanted) else reading.rows
    slack = timedelta(seconds=row.get("tolerance_s", 0))
    assert len(items) == len(wanted)
    assert all(abs(item["sent_local"] - moment) <= slack for item, moment in zip(items, wanted, strict=True))
