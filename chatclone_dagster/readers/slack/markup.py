"""The text of a Slack message as it was typed: mentions, links, emoji and escaped characters resolved.

Slack escapes `&`, `<` and `>` as typed, so that its own tokens, `<@U1>` or `<https://example.org|here>`, can be told from text.
All is resolved in one pass over the text: what comes out of a token or of an escape is never looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from chatclone_dagster.readers.slack.emoji import emoji_of

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_TOKEN = re.compile(
    r"<([^<>\n]+)>|&(amp|lt|gt);|:((?!(?<=[0-9]:)[0-9]+:)[a-z0-9_+'\-]{1,100}(?:::skin-tone-[2-6](?:-[2-6])?)?):"
)
"""A token, an escape, or an emoji's name; the `:100:` in a clock's `10:100:20` is none."""
_ESCAPED = {"amp": "&", "lt": "<", "gt": ">"}
_ESCAPE = re.compile("[&<>]")
_MENTIONS = {
    "user": ("user_id", "<@{}>"),
    "channel": ("channel_id", "<#{}>"),
    "usergroup": ("usergroup_id", "<!subteam^{}>"),
    "broadcast": ("range", "<!{}>"),
    "emoji": ("name", ":{}:"),
}
"""Kinds of rich text that name something, where the name stands, and how a text has it."""
_DEEPEST = 20  # blocks within blocks; Slack allows three
Names = Callable[[str], str | None]
"""The name of a person or a chat by its id."""


def plain(text: str, names: Names) -> str:
    """Resolve all markup. Between backticks an emoji's name is just that; the rest of the markup holds there too."""
    if not any(sign in text for sign in "<&:"):
        return text
    out, at = [], 0
    for code in _CODE.finditer(text):
        out += [_resolved(text[at : code.start()], names), _resolved(code[0], names, with_emoji=False)]
        at = code.end()
    return "".join((*out, _resolved(text[at:], names)))


def _resolved(text: str, names: Names, *, with_emoji: bool = True) -> str:
    out, at = [], 0
    while found := _TOKEN.search(text, at):
        out.append(text[at : found.start()])
        at = found.end()
        token, escaped, name = found.groups()
        if token is not None:
            out.append(_target(token, names))
        elif escaped is not None:
            out.append(_ESCAPED[escaped])
        elif with_emoji and (emoji := emoji_of(name)):
            out.append(emoji)
        else:
            at -= 1  # the colon behind what is no emoji may begin one
            out.append(found[0][:-1])
    return "".join((*out, text[at:]))


def _target(token: str, names: Names) -> str:
    """What a token shows: the name that is mentioned, else its label, else what it leads to."""
    target, _, label = token.partition("|")
    label = _unescaped(label)
    if target.startswith(("@", "#")):
        return target[0] + (names(target[1:]) or label.removeprefix(target[0]) or target[1:])
    if target.startswith("!date^"):
        return label
    if target.startswith("!"):
        return "@" + (label.removeprefix("@") or target[1:].rsplit("^", 1)[-1])
    return label or _unescaped(target.removeprefix("mailto:").removeprefix("tel:"))


def _unescaped(text: str) -> str:
    return re.sub("&(amp|lt|gt);", lambda found: _ESCAPED[found[1]], text)


def of_blocks(blocks: Any, depth: int = 0) -> str:
    """The markup of a message that is given in blocks only, as apps write them; empty where they hold no text."""
    if depth > _DEEPEST or not isinstance(blocks, list):
        return ""
    parts = (_of_block(block, depth) for block in blocks if isinstance(block, dict))
    return "\n".join(part for part in parts if part)


def _of_block(block: dict[str, Any], depth: int) -> str:
    kind, text, elements = block.get("type"), block.get("text"), block.get("elements")
    if kind in ("rich_text_section", "rich_text_preformatted", "rich_text_quote") and isinstance(elements, list):
        return "".join(_of_element(element) for element in elements if isinstance(element, dict))
    if isinstance(text, dict):
        kind, text = text.get("type"), text.get("text")
    own = text if isinstance(text, str) and kind == "mrkdwn" else _escape(text)
    inner = of_blocks(elements or block.get("fields"), depth + 1)
    return "\n".join(part for part in (own, inner) if part)


def _of_element(element: dict[str, Any]) -> str:
    """A stretch of rich text; unlike everywhere else, it is not escaped."""
    kind, text, url = element.get("type"), _escape(element.get("text")), _escape(element.get("url"))
    if kind == "link":
        return f"<{url}|{text}>" if text else f"<{url}>"
    if isinstance(kind, str) and kind in _MENTIONS:
        member, markup = _MENTIONS[kind]
        return markup.format(_escape(element.get(member)))
    return text


def _escape(text: Any) -> str:
    signs = {sign: f"&{name};" for name, sign in _ESCAPED.items()}
    return _ESCAPE.sub(lambda found: signs[found[0]], text) if isinstance(text, str) else ""
