"""The rows read last, held back for a while, so that a tapback that comes as a text can still be put on the message it quotes."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chatclone_dagster.readers.contract import Out
from chatclone_dagster.readers.imessage import tapbacks
from chatclone_dagster.readers.imessage.chats import Chat

_HELD = 5000  # rows of all chats together
_LOOKED_AT = 200  # rows of one chat; people react to what they see


@dataclass(slots=True)
class Row:
    """A row before it is handed on; `fields` are further columns of tables.RAW_ROWS."""

    position: int
    chat: Chat
    sent: datetime
    fields: dict[str, Any] = field(default_factory=dict)


class Held:
    """Hands rows on in the order they came, each after some thousand others have come."""

    def __init__(self, out: Out) -> None:
        """Rows go to `out`."""
        self._out = out
        self._rows: deque[Row] = deque()
        self._by_chat: defaultdict[str, deque[Row]] = defaultdict(deque)

    def add(self, row: Row) -> None:
        """Take a row."""
        self._rows.append(row)
        if row.fields.get("folded") is None and row.fields["kind"] != "system":
            self._by_chat[row.chat.key].append(row)
        if len(self._rows) > _HELD:
            self._pass_on()

    def react(self, chat: Chat, found: tapbacks.Written, who: str) -> Row | None:
        """Put a tapback on the latest message of its chat that it quotes, or take it back there; the message, if it is here."""
        quoted = found.quoted
        row = self._latest(chat, lambda row: quoted is not None and tapbacks.quotes(quoted, row.fields["text"]))
        if row is None:
            return None
        reaction = {"emoji": found.emoji, "sender": who}
        others = [other for other in row.fields["reactions"] if other != reaction]
        row.fields["reactions"] = others if found.removed else [*others, reaction]
        return row

    def close(self) -> None:
        """Hand on what is left."""
        while self._rows:
            self._pass_on()

    def _latest(self, chat: Chat, fits: Callable[[Row], bool]) -> Row | None:
        rows = self._by_chat.get(chat.key, ())
        latest = (row for row, _ in zip(reversed(rows), range(_LOOKED_AT), strict=False))
        return next((row for row in latest if fits(row)), None)

    def _pass_on(self) -> None:
        row = self._rows.popleft()
        of_chat = self._by_chat.get(row.chat.key)
        if of_chat and of_chat[0] is row:
            of_chat.popleft()
            if not of_chat:
                del self._by_chat[row.chat.key]
        chat = row.chat
        self._out.row(row.position, chat.key, chat.name, row.sent, is_group=chat.is_group, **row.fields)
