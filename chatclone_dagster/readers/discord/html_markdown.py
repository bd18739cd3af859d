"""Text in an HTML page of DiscordChatExporter as it was typed: `**bold**`, `> quoted`, `` `code` ``, `:wave:`.

The signs are put back because other exports have them, and because they are part of how people write. Class names have changed
(`pre`, `quote`, `emoji` until 2021, `chatlog__markdown-…` since), tags have not.
"""

from __future__ import annotations

from lxml.etree import _Element as Element

from chatclone_dagster.readers.discord import markup

_SIGNS = {
    **dict.fromkeys(("strong", "b"), ("**", "**")),
    **dict.fromkeys(("em", "i"), ("*", "*")),
    **dict.fromkeys(("s", "del"), ("~~", "~~")),
    "u": ("__", "__"),
    **{f"h{level}": ("#" * level + " ", "") for level in (1, 2, 3)},
    "li": ("- ", ""),
}
_SPOILERS = frozenset(("spoiler", "spoiler-text", "chatlog__markdown-spoiler"))
_QUOTES = frozenset(("quote", "chatlog__markdown-quote"))
_EDITED = "chatlog__edited-timestamp"


def markdown_of(element: Element) -> str:
    """What was typed, of the element that holds it."""
    return _inside(element).strip("\r\n")


def _inside(element: Element) -> str:
    parts = [element.text or ""]
    for inner in element:
        shown = _shown(inner) if isinstance(inner.tag, str) else ""
        is_line = inner.tag in ("h1", "h2", "h3", "li") or (isinstance(inner.tag, str) and _classes(inner) & _QUOTES)
        if is_line and not shown.endswith("\n"):
            shown += "\n"  # the line end was part of the sign
        parts += shown, inner.tail or ""
    return "".join(parts)


def _shown(element: Element) -> str:
    """An element as it was typed, the line end behind it excepted."""
    tag, classes = str(element.tag), _classes(element)
    if tag in ("br", "img") or _EDITED in classes:
        is_emoji = any(name.removeprefix("chatlog__") == "emoji" for name in classes)
        return "\n" if tag == "br" else markup.emoji(element.get("alt") or "") if is_emoji else ""
    inside = _inside(element)
    if classes & _QUOTES:
        return "".join(f"> {line}" for line in inside.splitlines(keepends=True))
    before, after = _SIGNS.get(tag, ("", "")) if tag != "a" else _signs_of_link(element, inside)
    if any(name.endswith("pre--inline") for name in classes):
        before = after = "`"
    elif any(name.endswith("pre--multiline") for name in classes):
        language = next((name.removeprefix("language-") for name in classes if name.startswith("language-")), "")
        before, after = f"```{language}\n", "\n```"
    elif classes & _SPOILERS and not _classes(element.getparent()) & _SPOILERS:
        before = after = "||"
    return before + inside + after


def _signs_of_link(element: Element, inside: str) -> tuple[str, str]:
    """A link that stands for itself has none."""
    link = element.get("href") or ""
    return ("", "") if link in ("", inside) else ("[", f"]({link})")


def _classes(element: Element | None) -> set[str]:
    return {*(element.get("class") or "").split()} if element is not None else set()
