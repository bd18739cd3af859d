"""Small samples of Telegram's exports: a chat in JSON from the members that matter, a page from its blocks."""

from __future__ import annotations

import json
from typing import Any

from chatclone_dagster.readers import telegram
from tests.readers.reading import Reading, export, read
from tests.readers.writing.telegram_html import div, page

TITLE = "23.08.2023 13:11:23 UTC+02:00"
DAY = div("message service", div("body details", "23 August 2023"), id="message-1")


def chat(*messages: Any, **head: Any) -> dict[str, Any]:
    plain = {"type": "message", "date_unixtime": "1692821483", "from": "Ada", "from_id": "user7", "text": ""}
    numbered = [
        {"id": n, **plain, **message} if isinstance(message, dict) else message for n, message in enumerate(messages, 1)
    ]
    return {"name": "Ada", "type": "personal_chat", "id": 7, **head, "messages": numbered}


def reading_of(value: Any) -> Reading:
    return read(telegram, export(json.dumps(value), "result.json"))


def one(**message: Any) -> dict[str, Any]:
    reading = reading_of(chat(message))
    assert reading.issues == []
    return reading.rows[0]


def message(content: str, *, sender: str | None = "Ada", title: str = TITLE, number: int = 7) -> str:
    name = div("from_name", sender) if sender else ""
    body = div("body", div("pull_right date details", "13:11", title=title) + name + content)
    return div("message default clearfix" + ("" if sender else " joined"), body, id=f"message{number}")


def event(text: str, number: int = 5) -> str:
    return div("message service", div("body details", text), id=f"message{number}")


def reading_of_page(*blocks: str, name: str = "messages.html", **beside: str) -> Reading:
    return read(telegram, export(page("Ada", "".join(blocks)), name, beside))


def one_block(content: str, **about: Any) -> dict[str, Any]:
    reading = reading_of_page(message(content, **about))
    assert reading.issues == []
    return reading.rows[0]
