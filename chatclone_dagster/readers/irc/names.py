"""Which chat a log is of, from its path: clients put channel and network into the names of files and folders."""

from __future__ import annotations

import re
from urllib.parse import unquote

from chatclone_dagster.readers.irc.dates import without_date

_CHANNEL = re.compile(r"[#&][^\s,\\/!]*[^\s,\\/!._-]|[#&]+")
_ENDINGS = re.compile(r"(?:\.(?:log|txt|raw|chat|weechatlog|irc|zip|tar|gz|\d{1,2}))+$", re.IGNORECASE)
_WEECHAT = re.compile(r"irc\.([^.]+)\.(.+)", re.IGNORECASE)
_NETWORKS = re.compile(
    r"(?<![a-z])(freenode|libera|oftc|efnet|undernet|quakenet|ircnet|dalnet|rizon|gamesurge|snoonet|hackint|gimpnet|espernet"
    r"|slashnet|furnet|rusnet|euirc|chatspike|geekshed|abjects|swiftirc|irchighway)(?:\.?chat)?(?![a-z])"
)


def chat_of(path: str, title: str | None = None) -> tuple[str, str]:
    """(key, title) of a chat: the channel or the other's nick, and the network where the path names one of those known.

    `title` is what the log itself says. The rest of the path is left out of the key: a channel's logs lie in many folders, one for
    each year or day.
    """
    parts = [unquote(part) for part in re.split(r"[/\\!]", path) if part]
    title = title or next(filter(None, map(_channel, reversed(parts))), None) or _plain(parts)
    named = title.casefold()
    networks = [name for part in parts for name in _NETWORKS.findall(part.casefold()) if name not in named]
    return "/".join([*networks[-1:], named]), title


def is_channel(title: str) -> bool:
    """Whether a chat has many members by its name."""
    return title.startswith(("#", "&", "+"))


def _channel(part: str) -> str | None:
    found = _CHANNEL.search(_stem(part))
    return found[0] if found else None


def _plain(parts: list[str]) -> str:
    """A name without a channel's sign: that of the file without its day, else of the folder."""
    for part in reversed(parts):
        stem = _stem(part)
        weechat = _WEECHAT.fullmatch(stem)
        if name := (weechat[2] if weechat else stem):
            return name
    return parts[-1] if parts else "chat"


def _stem(part: str) -> str:
    """A name without its endings and the day in it."""
    name = _ENDINGS.sub("", without_date(_ENDINGS.sub("", part)).rstrip(" ._-"))
    return name.strip(" ._-") if not name.lstrip(" ._-").isdigit() else ""
