"""Random chats on Discord, written as DiscordChatExporter and as Discord's data package write them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
CHANNEL = "812345678901234567"
# What people type that looks like something of the exporter's.
_LINES = (
    "ok",
    "[1/15/2024 10:30 AM] Ada",
    "he wrote:\n\n[1/15/2024 10:30 AM] Ada\nhi",
    "{Attachments}",
    "=" * 62,
    "Exported 3 message(s)",
    "Guild: none",
    'she said "so, what?", and; left',
    "<3 <@> <:x:>",
    "# a **bold** > claim",
    "👩‍👩‍👧 ünï\u2028code",
    "https://example.org/a?b=c,d",
)
_typed = st.lists(st.sampled_from(_LINES), min_size=1, max_size=3).map("\n".join)
_words = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)
texts = st.one_of(_typed, _words.filter(lambda text: text == text.strip() and "<" not in text and text))

EVENTS = {
    "RecipientAdd": "Added Grace to the group.",
    "RecipientRemove": "Left the group.",
    "ChannelNameChange": "Changed the channel name: chess, openings",
    "ChannelPinnedMessage": "Pinned a message.",
    "GuildMemberJoin": "Joined the server.",
    "ThreadCreated": "Started a thread.",
}
KINDS = ("text", "text", "text", "media", "voice", "sticker", "call", "event", "bot", "forward", "empty", "preview")


@dataclass
class Said:
    """One message as it is meant; `kind` and `text` are what a reader should say."""

    id: str
    at: datetime
    author: dict[str, Any]
    meant: str
    typed: str
    files: list[str] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)
    reply_to: str | None = None
    edited: bool = False
    type: str = "Default"

    @property
    def kind(self) -> str:
        return {"event": "system", "bot": "system", "forward": "media", "empty": "unavailable", "preview": "media"}.get(
            self.meant, self.meant
        )

    @property
    def text(self) -> str:
        return "" if self.meant == "call" else self.typed


def snowflake(at: datetime, n: int) -> str:
    return str((int((at - EPOCH) / timedelta(milliseconds=1)) << 22) + n % 4096)


@st.composite
def chats(draw: st.DrawFn) -> list[Said]:
    """Messages of a few people, oldest first."""
    people = [
        {"id": str(10**17 + n), "name": draw(st.sampled_from(("ada", "grace.h", "linus#1234", "Zoë")))}
        for n in range(3)
    ]
    at = datetime(2024, 1, 13, 9, 0, tzinfo=UTC)
    said: list[Said] = []
    for n in range(draw(st.integers(2, 14))):
        at += timedelta(minutes=draw(st.integers(1, 4000)), milliseconds=draw(st.integers(0, 999)))
        author = dict(draw(st.sampled_from(people)), isBot=False)
        author["nickname"] = draw(st.sampled_from((None, author["name"], "Queen 👑")))
        meant = draw(st.sampled_from(KINDS))
        typed = (
            draw(texts) if meant in ("text", "bot") or (meant in ("media", "sticker") and draw(st.booleans())) else ""
        )
        one = Said(snowflake(at, n), at, author, meant, typed)
        if meant == "media":
            one.files = draw(
                st.lists(st.sampled_from(("https://cdn.example/a.png", "https://cdn.example/b.ogg?ex=1&")), min_size=1)
            )
        elif meant in ("voice", "sticker", "preview"):
            one.files = [f"https://cdn.example/{'voice-message.ogg' if meant == 'voice' else 's.json'}"]
        elif meant == "event":
            one.type = draw(st.sampled_from(sorted(EVENTS)))
            one.typed = EVENTS[one.type]
        elif meant == "call":
            one.type, one.typed = "Call", "Started a call that lasted 1,204 minutes."
        elif meant == "bot":
            author["isBot"] = True
        if said and meant in ("text", "media") and draw(st.booleans()):
            one.type, one.reply_to = "Reply", draw(st.sampled_from(said)).id
        if meant == "text":
            one.edited = draw(st.booleans())
            one.reactions = draw(
                st.lists(st.tuples(st.sampled_from(("❤", ":wave:")), st.sampled_from(("Ada", "Zoë"))), max_size=3)
            )
        said.append(one)
    return said


def as_json(said: list[Said], offset: int, indent: int | None) -> str:
    """One channel, times `offset` hours from UTC."""
    head = {
        "guild": {"id": "1", "name": "Chess Club", "iconUrl": None},
        "channel": {"id": CHANNEL, "type": "GuildTextChat", "categoryId": "2", "category": "Talk", "name": "general"},
        "dateRange": {"after": None, "before": None},
    }
    messages = [_message(one, timezone(timedelta(hours=offset))) for one in said]
    return json.dumps({**head, "messages": messages, "messageCount": len(said)}, ensure_ascii=False, indent=indent)


def _message(one: Said, zone: timezone) -> dict[str, Any]:
    stamp = one.at.astimezone(zone).isoformat(timespec="milliseconds")
    items = [{"id": "1", "url": path, "fileName": path.rsplit("/", 1)[1].split("?")[0]} for path in one.files]
    reference = {"type": "Default", "messageId": one.reply_to, "channelId": CHANNEL} if one.reply_to else None
    if one.type == "ChannelPinnedMessage":
        reference = {"messageId": "5", "channelId": CHANNEL, "guildId": "1"}
    reactions: dict[str, list[dict[str, str]]] = {}
    for emoji, who in one.reactions:
        reactions.setdefault(emoji.strip(":"), []).append({"id": "1", "name": "x", "nickname": who})
    return {
        "id": one.id,
        "type": one.type,
        "timestamp": stamp,
        "timestampEdited": stamp if one.edited else None,
        "content": one.typed,
        "author": one.author,
        "attachments": items if one.meant in ("media", "voice") else [],
        "embeds": [{"title": "", "url": one.files[0]}]
        if one.meant == "preview"
        else [{"title": "a link"}]
        if one.typed
        else [],
        "stickers": [{"id": "1", "name": "Wave", "sourceUrl": path} for path in one.files]
        if one.meant == "sticker"
        else [],
        "reactions": [
            {"emoji": {"id": "", "name": name}, "count": len(users), "users": users}
            for name, users in reactions.items()
        ],
        "mentions": [],
        **({"reference": reference} if reference else {}),
        **({"forwardedMessage": {"content": "not mine", "attachments": []}} if one.meant == "forward" else {}),
    }


def as_csv(said: list[Said], newline: str, *, is_old: bool) -> str:
    """One channel; the oldest exports had semicolons, no id of the author, and a separator at the end."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if is_old else ",", quoting=csv.QUOTE_ALL, lineterminator=newline)
    for one in said:
        day = f"{one.at:%d-%b-%y %I:%M %p}" if is_old else one.at.isoformat(timespec="microseconds").replace("+", "0+")
        emoji = ",".join(f"{emoji.strip(':')} (1)" for emoji, _ in one.reactions)
        row = [one.author["name"], day, one.typed, ",".join(csv_files(one))]
        writer.writerow([*row, ""] if is_old else [one.author["id"], *row, emoji])
    text = out.getvalue().replace(f';""{newline}', f";{newline}") if is_old else out.getvalue()
    header = "Author;Date;Content;Attachments;" if is_old else "AuthorID,Author,Date,Content,Attachments,Reactions"
    return header + newline + text


def csv_files(one: Said) -> list[str]:
    return one.files if one.meant in ("media", "voice") else []


def as_txt(said: list[Said], date: str, newline: str) -> str:
    """One channel, in the manner of 2020 and later."""
    rule = "=" * 62
    text = f"{rule}\nGuild: Chess Club\nChannel: Talk / general\nTopic: openings: all\n{rule}\n\n"
    for one in said:
        text += f"[{one.at.strftime(date)}] {one.author['name']}{' (pinned)' if one.edited else ''}\n{one.typed}\n\n"
        sections = {"media": "Attachments", "voice": "Attachments", "sticker": "Stickers", "preview": "Embed"}
        if one.files:
            text += f"{{{sections[one.meant]}}}\n" + "\n".join(one.files) + "\n\n"
        if one.meant == "forward":
            text += "{Forwarded Message}\nnot mine\nOriginally sent: 1/1/2024 10:00 AM\n\n"
        if one.reactions:
            text += "{Reactions}\n" + " ".join(emoji.strip(":") for emoji, _ in one.reactions) + "\n\n"
        text += "\n"
    return (text + f"{rule}\nExported {len(said):,} message(s)\n{rule}\n").replace("\n", newline)


def as_package(said: list[Said], *, is_table: bool) -> str:
    """What one person wrote in a channel."""
    rows = [
        {
            "ID": int(one.id),
            "Timestamp": f"{one.at:%Y-%m-%d %H:%M:%S}",
            "Contents": one.typed,
            "Attachments": " ".join(csv_files(one)),
        }
        for one in said
    ]
    if not is_table:
        return json.dumps(rows, ensure_ascii=False)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0])
    for row, one in zip(rows, said, strict=True):
        writer.writerow(
            [row["ID"], one.at.isoformat(sep=" ", timespec="microseconds"), row["Contents"], row["Attachments"]]
        )
    return out.getvalue()
