"""The pages that Telegram Desktop would write of a chat, whitespace included."""

from __future__ import annotations

import html
from datetime import datetime

from tests.readers.writing.telegram import Chat, Meant

_START = """<!DOCTYPE html>
<html>

 <head>

  <meta charset="utf-8"/>
<title>Exported Data</title>
  <link href="css/style.css" rel="stylesheet"/>

 </head>

 <body onload="CheckLocation();">
"""
_END = "\n </body>\n\n</html>\n"
JOIN_WITHIN = 900  # seconds


def tag(name: str, inside: str, **attributes: str) -> str:
    """A block as the exporter writes it; `class_` and `id_` stand for what Python does not allow."""
    shown = "".join(f' {key.rstrip("_")}="{html.escape(value)}"' for key, value in attributes.items())
    return f"\n  <{name}{shown}>\n{inside}\n  </{name}>\n"


def div(classes: str, inside: str = "", **attributes: str) -> str:
    return tag("div", inside, class_=classes, **attributes)


def escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def page(title: str, blocks: str, *, before: str = "") -> str:
    """A page of a chat, or of a list if there is no title."""
    header = div("page_header", div("content", div("text bold", f"{escaped(title)} ")))
    link = tag("a", "Previous messages", class_="pagination block_link", href=before) if before else ""
    history = div("page_body chat_page", div("history", link + blocks))
    return _START + div("page_wrap", header + history) + _END


def pages(chat: Chat, size: int, *, zoned: bool = True, joins_pages: bool = False) -> list[str]:
    """The pages of a chat with so many messages each; `joins_pages`: as old exports do, blocks are joined across pages.

    (Unless an event ends a page: real ones hold a thousand messages, so that there is one to tell the day by.)
    """
    found: list[str] = []
    previous: Meant | None = None
    days = 0
    for start in range(0, len(chat.messages), size):
        previous = previous if joins_pages and previous and previous.what != "event" else None
        blocks = ""
        for meant in chat.messages[start : start + size]:
            if previous is None or chat.clock(previous.at).date() != chat.clock(meant.at).date():
                days -= 1
                blocks += _event(days, f"{chat.clock(meant.at).day} {chat.clock(meant.at):%B %Y}")
            blocks += _message(chat, meant, previous, zoned=zoned)
            previous = meant
        found.append(page(chat.name, blocks, before=f"messages{len(found)}.html" if found else ""))
    return found


def _event(number: int, text: str) -> str:
    return div("message service", div("body details", text), id=f"message{number}")


def _message(chat: Chat, meant: Meant, previous: Meant | None, *, zoned: bool) -> str:
    name = escaped(chat.people[meant.sender])
    if meant.what == "event":
        return _event(meant.number, f"{name} changed group title to &laquo;Chess&raquo;")
    joined = previous is not None and _is_joined(chat, meant, previous)
    at = chat.clock(meant.at)
    body = div("pull_right date details", f"{at:%H:%M}", title=_title(at, zoned=zoned))
    body += "" if joined else div("from_name", f"{name} ")
    content = _reply(meant) + _media(chat, meant)
    content += div("text", _text(meant)) if meant.text and meant.what != "poll" else ""
    if meant.forwarded:
        inner = (
            "" if joined else div("from_name", 'Eve <span class="date details" title="x"> 01.01.2020 10:00:00</span>')
        )
        body += ("" if joined else div("pull_left forwarded userpic_wrap", "E")) + div(
            "forwarded body", inner + content
        )
    else:
        body += content
    body += _reactions(chat, meant)
    picture = "" if joined else div("pull_left userpic_wrap", div("userpic userpic1", div("initials", "A")))
    classes = "message default clearfix" + (" joined" if joined else "")
    return div(classes, picture + div("body", body), id=f"message{meant.number}")


def _is_joined(chat: Chat, meant: Meant, previous: Meant) -> bool:
    if previous.what == "event" or previous.sender != meant.sender or previous.forwarded != meant.forwarded:
        return False
    same_day = chat.clock(previous.at).date() == chat.clock(meant.at).date()
    return same_day and (meant.at - previous.at).total_seconds() <= (1 if meant.forwarded else JOIN_WITHIN)


def _title(at: datetime, *, zoned: bool) -> str:
    offset = f"{at:%z}"
    return f"{at:%d.%m.%Y %H:%M:%S}" + (f" UTC{offset[:3]}:{offset[3:]}".removesuffix("+00:00") if zoned else "")


def _text(meant: Meant) -> str:
    shapes = ("{}", "<strong>{}</strong>", '<a href="https://example.org/x">{}</a>', "<blockquote>{}</blockquote>")
    return "".join(shapes[n % 4].replace("{}", escaped(part)) for n, part in enumerate(meant.parts))


def _reply(meant: Meant) -> str:
    if not meant.reply_to:
        return ""
    link = f'<a href="#go_to_message{meant.reply_to}" onclick="return GoToMessage(1)">this message</a>'
    return div("reply_to details", f"In reply to {link}")


def _media(chat: Chat, meant: Meant) -> str:
    if meant.what in ("photo", "sticker"):
        wrap = f"{meant.what}_wrap clearfix pull_left"
        return _wrap(tag("a", f'<img class="{meant.what}"/>', class_=wrap, href=meant.path or ""))
    if meant.what == "poll":
        return _wrap(_poll(meant))
    way = "Outgoing" if meant.sender == next(iter(chat.people)) else "Incoming"
    shown: dict[str, tuple[str, str, str, str | None]] = {
        "voice": ("media_voice_message", "Voice message", "00:03", meant.path),
        "missing": ("media_file", "a.pdf", "5 B", None),
        "location": ("media_location", "Location", "1.5, 2", "https://maps.google.com/maps?q=1.5,2&ll=1.5,2&z=16"),
        "contact": ("media_contact", "Cy ", "+1 555 0100", None),
        "gone": ("media_photo", "Self-destructing photo", "Expired", None),
        "call": ("media_call success", "Bo", f"{way} (12 seconds)", None),
    }
    return generic(*shown[meant.what]) if meant.what in shown else ""


def _poll(meant: Meant) -> str:
    question, *answers = (escaped(line) for line in meant.text.split("\n"))
    shown = [div("answer", f'- {answer} <span class="details">2 votes</span>') for answer in answers]
    parts = (
        div("question bold", question),
        div("details", "Anonymous poll"),
        *shown,
        div("total details\t", "3 votes"),
    )
    return div("media_poll", "".join(parts))


def generic(classes: str, title: str, status: str, link: str | None = None) -> str:
    """What hangs on a message and is shown by a name and a line."""
    shown = div("fill pull_left") + div("body", div("title bold", escaped(title)) + div("status details", status))
    classes = f"media clearfix pull_left {classes}"
    return _wrap(tag("a", shown, class_=f"{classes} block_link", href=link) if link else div(classes, shown))


def _wrap(inside: str) -> str:
    return div("media_wrap clearfix", inside)


def _reactions(chat: Chat, meant: Meant) -> str:
    if not meant.reactions:
        return ""
    shown = [
        tag(
            "span",
            tag("span", emoji, class_="emoji") + tag("span", _picture(chat.people[who]), class_="userpics"),
            class_="reaction",
        )
        for emoji, who in meant.reactions
    ]
    return tag("span", "".join(shown), class_="reactions")


def _picture(name: str) -> str:
    return div("userpic userpic1", div("initials", escaped(name[0]), style="line-height: 20px", title=name))
