"""What the other pages of a whole account's export say about a chat: who the owner is, what kind of chat it is.

A whole account lies in `chats/chat_001/messages.html` and so on, with `export_results.html` and `lists/chats.html` at the top.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from lxml.etree import _Element as Element

from chatclone_dagster.readers.contract import ExportFile, UnreadableError
from chatclone_dagster.readers.files.html_file import all_of, blocks
from chatclone_dagster.readers.telegram.heads import BASE, FOLDER
from chatclone_dagster.readers.telegram.html_message import said

_GROUPS = {"private": False, "bot": False, "group": True, "channel": True}
_SAVED = "Saved messages"


@dataclass(frozen=True)
class Account:
    """What is known beyond the chat's own page; all of it may be missing. `is_saved`: the chat is the owner's notes.

    `folder` is the chat's, if other chats have its name too; `base` leads from the page to the top, where paths begin in JSON.
    """

    owner: str | None = None
    is_group: bool | None = None
    is_saved: bool = False
    folder: str = ""
    base: str = ""


def account_of(file: ExportFile) -> Account:
    """Look at the pages two folders up, if the file lies where a chat of a whole account does."""
    found = FOLDER.search(file.name)
    if not found:
        return Account()
    chats = [
        (entry.get("href") or "", said(entry, "name"), said(entry, "info"))
        for entry in _entries(file.beside(f"{BASE}lists/chats.html"), "entry", "a")
    ]
    titles = [title for _, title, _ in chats]
    title, kind = next(((title, kind) for link, title, kind in chats if f"/{found[1]}/" in link), ("", ""))
    folder = found[1] if titles.count(title) > 1 else ""
    return Account(_owner(file), _GROUPS.get(kind), title == _SAVED, folder, BASE)


def _owner(file: ExportFile) -> str | None:
    for account in _entries(file.beside(f"{BASE}export_results.html"), "personal_info", "div"):
        rows = {said(row, "label"): said(row, "value") for row in all_of(account, "row")}
        return f"{rows.get('First name', '')} {rows.get('Last name', '')}".strip() or None
    return None


def _entries(file: ExportFile | None, class_name: str, tag: str) -> Iterator[Element]:
    """Blocks of another page; none of a page that is missing or broken."""
    if file is not None:
        with suppress(UnreadableError):
            yield from blocks(file, class_name, tag=tag)
