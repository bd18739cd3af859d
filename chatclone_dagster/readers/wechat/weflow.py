"""WeFlow's and EchoTrace's JSON: one chat, with its messages under `messages`, each with seconds since 1970 in UTC.

    {"weflow": {…}, "session": {"wxid": …, "displayName": …, "type": "群聊"}, "messages": [
      {"createTime": 1704164645, "localType": 1, "type": "文本消息", "content": …, "isSend": 1, "senderUsername": …,
       "senderDisplayName": …, "platformMessageId": …}]}

The compact form gives a sender's number in the list `senders` instead of names. `localId` is only the number of the row.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chatclone_dagster.readers.contract import ExportFile, Out
from chatclone_dagster.readers.files.json_stream import Batch, records
from chatclone_dagster.readers.files.json_values import dicts, record, string
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.wechat import kinds
from chatclone_dagster.readers.wechat.message import UNREAD, Message

_EARLIEST, _LATEST = 946_684_800, 4_102_444_800  # seconds; the years 2000 and 2100
_MILLISECONDS = 100_000_000_000  # as seconds this is the year 5138
_LINKS = ("linkUrl", "musicUrl", "finderUrl", "emojiCdnUrl")


def read(file: ExportFile, out: Out) -> None:
    """Read one chat; positions are indexes in its list of messages.

    Raises:
        UnreadableError: no JSON, or none with messages near its beginning.
    """
    out.fact(variant="weflow")
    for batch in records(file, "messages", out, needs=("session",)):
        chat = _Chat(batch, file)
        for index, item in enumerate(batch.items, start=batch.start):
            if isinstance(item, dict):
                chat.emit(index, item, out)
            else:
                out.issue(index, "a message that is no object", is_row=True)


class _Chat:
    """What is the same for all messages."""

    def __init__(self, batch: Batch, file: ExportFile) -> None:
        session = record(batch.head.get("session"))
        self.key = string(session.get("wxid")) or file.stem
        names = (string(session.get(name)) for name in ("displayName", "remark", "nickname"))
        self.name = next(filter(None, names), self.key)
        self.is_group = {"群聊": True, "私聊": False}.get(string(session.get("type")), is_group(self.key))
        self._numbered = "weflow" in batch.head  # EchoTrace's numbers of types are not to be trusted
        self._senders = {str(item.get("senderID")): item for item in dicts(batch.head.get("senders"))}

    def emit(self, index: int, item: dict[str, Any], out: Out) -> None:
        moment = moment_of(item.get("createTime"))
        if moment is None:
            out.issue(index, "a message without a readable createTime", is_row=True)
            return
        message = self._message(item)
        fields = message.fields()
        if message.unread:
            out.issue(index, UNREAD)
        fields["attachments"] = inside(fields["attachments"], index, out)
        out.row(
            index,
            self.key,
            self.name,
            moment,
            tz_known=True,
            is_group=self.is_group,
            platform_id=_id(item.get("platformMessageId")),
            **fields,
        )

    def _message(self, item: dict[str, Any]) -> Message:
        number, called = _int(item.get("localType")), string(item.get("type"))
        sender = self._senders.get(str(item.get("senderID")), {})
        key = string(item.get("senderUsername")) or string(sender.get("wxid"))
        name = string(item.get("senderDisplayName")) or string(sender.get("displayName"))
        second = _int(item.get("appMsgType")) or kinds.second_of(number) or kinds.second_of_name(called)
        room = is_group(key) is True
        by_number, by_name = kinds.of_number(number, second), kinds.of_name(called)
        return Message(
            string(item.get("content")),
            by_number or by_name if self._numbered else by_name or by_number,
            second,
            [link for link in (string(item.get(name)) for name in _LINKS) if link][:1],
            _id(item.get("replyToMessageId")),
            string(item.get("quotedSender")),
            string(item.get("quotedContent")),
            None if room else key or name or None,
            None if room else name or key or None,
            {0: False, 1: True}.get(_int(item.get("isSend"), -1)),
        )


def is_group(username: str) -> bool | None:
    """Whether an account is a group's; None for one that does not tell."""
    return True if username.endswith("chatroom") else False if username.startswith("wxid_") else None


def moment_of(value: Any) -> datetime | None:
    """Seconds or milliseconds since 1970, in UTC; None for what is no time of a message."""
    seconds = _int(value)
    seconds = seconds // 1000 if seconds >= _MILLISECONDS else seconds
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) if _EARLIEST <= seconds < _LATEST else None


def _int(value: Any, default: int = 0) -> int:
    """A whole number, also one in a string."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
        return int(value)
    return int(value) if isinstance(value, int | float) and abs(value) < 1e18 else default


def _id(value: Any) -> str | None:
    plain = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return plain if plain not in ("", "0") else None
