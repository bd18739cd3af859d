"""Channels as DiscordChatExporter writes them in JSON: what is left out takes a plain value."""

from __future__ import annotations

import json
from typing import Any

from chatclone_dagster.readers import discord
from tests.readers.reading import Reading, export, read

CHANNEL = {"id": "812345678901234567", "type": "GuildTextChat", "category": "Talk", "name": "general"}
ADA = {"id": "100000000000000001", "name": "ada", "nickname": "Ada", "isBot": False}
BOB = {"id": "100000000000000002", "name": "bob", "nickname": None, "isBot": False}


def message(**given: Any) -> dict[str, Any]:
    plain = {"id": "1", "type": "Default", "timestamp": "2024-01-15T10:30:00+01:00", "content": "hi", "author": ADA}
    return {**plain, **given}


def channel(*messages: Any, name: str = "x.json", **members: Any) -> Reading:
    head = {"guild": {"id": "1", "name": "Chess Club"}, "channel": CHANNEL, "dateRange": {}}
    return read(discord, export(json.dumps({**head, **members, "messages": [*messages]}), name))
