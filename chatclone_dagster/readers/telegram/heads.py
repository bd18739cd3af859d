"""What the beginning of a file tells: whether it is of a Telegram export, and whether a page says what a `result.json` says too."""

from __future__ import annotations

import html
import json
import re

from chatclone_dagster.readers.contract import ExportFile
from chatclone_dagster.readers.files.text import head_text

FOLDER = re.compile(r"(chat_\d+)[/\\][^/\\]*$")
"""Where a chat's pages lie in the export of a whole account: `chats/chat_001/messages.html`."""
BASE = "../../"
_TYPES = r"saved_messages|verification_codes|personal_chat|bot_chat|(?:private|public)_(?:group|supergroup|channel)"
_CHAT = re.compile(rf'"type"\s*:\s*"(?:{_TYPES})"')
_ACCOUNT = re.compile(r'"personal_information"\s*:\s*\{[^{}]{0,200}"user_id"\s*:\s*"?\d')
_MESSAGE = re.compile(r'"type"\s*:\s*"(?:message|service|unsupported)"')
_LISTS = re.compile(r'"(?:frequent_contacts|web_sessions|profile_pictures)"|"(?:left_)?chats"\s*:\s*\{\s*"about"')
_CHAT_PAGE = re.compile(r'class="(?:page_body chat_page|message default clearfix)')
_NAME = re.compile(r'\s*\{\s*"name"\s*:\s*("(?:[^"\\]|\\.)*")')
_TITLE = re.compile(r'class="text bold">([^<]*)</div>')


def of_json(head: str) -> float:
    """How sure it is that a JSON file is an export (0: not at all); a whole account's may hold no chat within the first 64 KiB."""
    if _ACCOUNT.search(head) or ('"messages"' in head and _CHAT.search(head)):
        return 0.98
    if _is_account(head):
        return 0.9
    is_message = '"messages"' in head and _MESSAGE.search(head)
    is_dated = '"date_unixtime"' in head or ('"from"' in head and '"date"' in head)
    return 0.85 if is_message and is_dated else 0.0


def of_page(head: str) -> str:
    """Whether a page is one of a `chat`, an `other` one of an export (a list, the overview), or of no export: empty."""
    if 'class="page_wrap"' not in head:
        return ""
    return "chat" if _CHAT_PAGE.search(head) else "other" if "<title>Exported Data</title>" in head else ""


def is_in_json_too(file: ExportFile, head: str) -> bool:
    """Whether the chat of a page was exported to JSON at the same time, so that the file lies where the exporter puts it.

    A `result.json` of another chat may have been put beside the page; its name tells.
    """
    if FOLDER.search(file.name):
        account = file.beside(f"{BASE}result.json")
        return account is not None and _is_account(head_text(account))
    chat = file.beside("result.json")
    if chat is None or not of_json(found := head_text(chat)):
        return False
    name, title = _NAME.match(found), _TITLE.search(head)
    try:
        return not name or not title or json.loads(name[1], strict=False).split() == html.unescape(title[1]).split()
    except ValueError:  # a name with a control character
        return True


def _is_account(head: str) -> bool:
    return bool(_ACCOUNT.search(head) or ('"about"' in head and _LISTS.search(head)))
