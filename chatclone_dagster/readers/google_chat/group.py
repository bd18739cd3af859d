"""Which chat a `messages.json` of Google Chat is, who takes part, and whose account it was exported from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files import json_file
from chatclone_dagster.readers.files.json_values import dicts, record, string

GROUP_INFO = "group_info.json"
USER_INFO = ("../../Users/User */user_info.json", "../../*/*/user_info.json")
"""Where the account is told; folders may have their names in its language."""
_FOLDER = re.compile(r"(DM|Space) (.+)")


@dataclass(frozen=True)
class Group:
    """A chat; `members` are names by key, `owner` is a key."""

    key: str
    name: str
    is_group: bool | None
    owner: str | None
    members: dict[str, str] = field(default_factory=dict)


def key_of(person: Any) -> str | None:
    """What tells people apart: the address in lower case; the name of who has none, such as deleted accounts."""
    person = record(person)
    return string(person.get("email")).casefold() or string(person.get("name")) or None


def group_of(file: ExportFile, first_message: Any, out: Out) -> Group:
    """Read what lies beside the messages. The folder bears the chat's id, as does each message's."""
    parts = re.split(r"[/\\!]", file.name)
    folder = parts[-2] if len(parts) > 1 else ""
    named = _FOLDER.fullmatch(folder)
    in_message = string(record(first_message).get("message_id")).partition("/")[0]
    key = named[2] if named else in_message or folder or file.stem
    info = _load(file.beside(GROUP_INFO), out)
    owner = key_of(_load(next(filter(None, map(file.beside, USER_INFO)), None), out).get("user"))
    members = {
        who: string(member.get("name")) or who for member in dicts(info.get("members")) if (who := key_of(member))
    }
    others = [name for who, name in members.items() if who != owner]
    is_group = True if named and named[1] == "Space" else len(members) > 2 if members else None
    return Group(key, string(info.get("name")) or ", ".join(others) or key, is_group, owner, members)


def _load(file: ExportFile | None, out: Out) -> dict[str, Any]:
    try:
        return record(json_file.load(file, "members", out)) if file else {}
    except (OSError, UnreadableError):
        out.issue(0, "what lies beside the messages cannot be read; who takes part may not be known")
        return {}
