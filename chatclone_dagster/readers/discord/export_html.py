"""DiscordChatExporter's HTML, dark or light: messages in groups by author, each with its id, which holds its exact time.

div.chatlog__message-group
    div.chatlog__message-container[data-message-id]     until 2021 div.chatlog__message
        span.chatlog__author[data-user-id]              in the first of a group; until 2021 span.chatlog__author-name, beside them
        div.chatlog__content, div.chatlog__attachment, div.chatlog__sticker, div.chatlog__embed, div.chatlog__reactions
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element as Element

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, UnreadableError
from chatclone_dagster.readers.discord import chat as chats
from chatclone_dagster.readers.discord import markup, snowflake
from chatclone_dagster.readers.discord.chat import Chat
from chatclone_dagster.readers.discord.html_markdown import markdown_of
from chatclone_dagster.readers.discord.message import kind_of_files
from chatclone_dagster.readers.files.html_file import all_of, blocks, text_of

_AUTHORS = ("chatlog__author", "chatlog__author-name", "chatlog__system-notification-author")
_BOTS = ("chatlog__author-tag", "chatlog__bot-label", "chatlog__bot-tag")
_TYPED = ("chatlog__markdown-preserve", "preserve-whitespace", "markdown")
_REPLIES = ("chatlog__reply-link", "chatlog__reference-link")
_NOTICE = "chatlog__system-notification-content"
_TARGET = re.compile(r"scrollToMessage\(event, ?'(\d{1,20})'\)")


class Parts(dict[str, list[Element]]):
    """The elements inside one, by their classes."""

    def __init__(self, element: Element) -> None:
        """Look at each of them once."""
        super().__init__()
        for inner in element.iterdescendants():
            if isinstance(inner.tag, str):
                for name in (inner.get("class") or "").split():
                    self.setdefault(name, []).append(inner)

    def first(self, *names: str) -> Element | None:
        """The first element of the first class of which there is one."""
        return next((self[name][0] for name in names if name in self), None)


@dataclass(frozen=True, slots=True)
class _Author:
    key: str | None
    name: str | None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a channel; positions are indexes of its messages.

    Raises:
        UnreadableError: a page without messages of DiscordChatExporter.
    """
    chat = _chat(file)
    position = 0
    for group in blocks(file, "chatlog__message-group", out):
        inside = Parts(group)
        author, is_bot = _author(inside), inside.first(*_BOTS) is not None
        for element in group.iterdescendants():
            key = element.get("data-message-id") if isinstance(element.tag, str) else None
            if key is not None:
                parts = Parts(element)
                author = _author(parts) or author
                _emit(position, key, parts, author, chat or chats.of_name(file), out, is_bot=is_bot)
                position += 1
    if chat is None and not position:
        raise UnreadableError("a page without messages of DiscordChatExporter")


def _chat(file: ExportFile) -> Chat | None:
    """The chat by the head of the page; the file's name may know the channel's id."""
    head = next(blocks(file, "preamble"), None)
    entries = [text_of(entry) for entry in all_of(head, "preamble__entry")] if head is not None else []
    if len(entries) < 2:
        return None
    category, _, name = entries[1].rpartition(" / ")
    group = chats.is_group_in(entries[0], category.split(" / ")[0])
    return Chat(chats.of_name(file).id, name, group, entries[0])


def _author(parts: Parts) -> _Author | None:
    found = parts.first(*_AUTHORS)
    if found is None:
        return None
    name = text_of(found) or found.get("title")
    return _Author(found.get("data-user-id") or name, name)


def _emit(position: int, key: str, parts: Parts, author: _Author | None, chat: Chat, out: Out, *, is_bot: bool) -> None:
    moment = snowflake.moment_of(key)
    if moment is None:
        out.issue(position, "a message without an id of Discord's, and so without an exact time", key, is_row=True)
        return
    kind, text, files = _content(parts)
    replied = parts.first(*_REPLIES)
    target = _TARGET.search(replied.get("onclick") or "") if replied is not None else None
    out.row(
        position,
        chat.key,
        chat.name,
        moment,
        tz_known=True,
        is_group=chat.is_group,
        sender_key=author.key if author else None,
        sender_name=author.name if author else None,
        platform_id=key,
        kind="system" if is_bot or author is None else kind,
        text=text,
        reply_to=target[1] if target and not is_bot else None,
        forwarded="chatlog__forwarded" in parts,
        edited="chatlog__edited-timestamp" in parts,
        reactions=[{"emoji": emoji, "sender": who} for emoji, who in _reactions(parts)],
        attachments=files,
    )


def _content(parts: Parts) -> tuple[str, str, list[str]]:
    """Kind, text and files of a message."""
    notice = parts.first(_NOTICE)
    if notice is not None:
        said = " ".join(text_of(notice).split())
        is_call = said.startswith("started a call")
        return ("call", "", []) if is_call else ("system", said[:1].upper() + said[1:], [])
    content, poll = parts.first("chatlog__content"), parts.first("chatlog__poll")
    typed = Parts(content).first(*_TYPED) if content is not None else None
    text = markdown_of(typed if typed is not None else content) if content is not None else ""
    files = [*_links(parts, "chatlog__attachment"), *_links(parts, "chatlog__forwarded-attachments")]
    stickers = [*_links(parts, "chatlog__sticker")]
    if poll is not None:
        asked = [*all_of(poll, "chatlog__poll-question"), *all_of(poll, "chatlog__poll-answer-text")]
        return "poll", "\n".join(map(text_of, asked)), files
    if files or stickers:
        return (kind_of_files(files) if files else "sticker"), text, files + stickers
    if text:
        return "text", text, []
    shown = [*_links(parts, "chatlog__embed")][:1]
    return ("media" if shown or parts.keys() & {"chatlog__embed", "chatlog__forwarded"} else "unavailable"), "", shown


def _links(parts: Parts, class_name: str) -> Iterator[str]:
    """What each element of a class links to or shows."""
    for element in parts.get(class_name, ()):
        found = (inner.get(name) for inner in element.iterdescendants() for name in ("href", "src", "data-source"))
        link = next((link for link in found if link and not link.startswith("#")), element.get("title"))
        if link:
            yield link


def _reactions(parts: Parts) -> Iterator[tuple[str, str]]:
    """Emoji; who left them is not said."""
    for element in parts.get("chatlog__reaction", ()):
        image = next((inner for inner in element.iterdescendants("img")), None)
        name = (image.get("alt") if image is not None else "") or element.get("title") or ""
        count = next((text_of(inner) for inner in all_of(element, "chatlog__reaction-count")), "1")
        yield from markup.nameless(markup.emoji(name), int(count) if count.isdecimal() and len(count) < 10 else 1)
