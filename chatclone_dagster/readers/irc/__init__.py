"""IRC: the text logs of irssi, WeeChat, HexChat and XChat, mIRC, ZNC, Pidgin, Textual, eggdrop, energymech and their like.

What somebody does (`/me waves`) is text, with `/me` in front. Joins, modes, topics and changes of nick are reports by the app. A
nick is who it says; that two nicks are one person, or that one is a bot, is for the user to say. Times are those of the computer
that wrote the log.
"""

from __future__ import annotations

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, Sniff, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.irc import log
from chatclone_dagster.readers.irc.form import Form, form_of
from chatclone_dagster.readers.irc.lines import FORMATTING_BYTES

__all__ = ["NAME", "read", "sniff"]

NAME = "irc"
_NOT_OURS = (".html", ".htm", ".md", ".json", ".jsonl", ".csv", ".xml", ".py", ".js")


def sniff(file: ExportFile) -> Sniff | None:
    """Claim texts whose lines begin with a time and somebody's nick, or that a client has headed as a log."""
    form = _form(file)
    return Sniff(form.confidence, form.name) if form else None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a log; positions are lines.

    Raises:
        UnreadableError: not a log, or nothing says which day it is.
    """
    form = _form(file)
    if form is None:
        raise UnreadableError("not a log of an IRC client" if file.head.strip() else "the file is empty")
    log.read(file, form, options, out)


def _form(file: ExportFile) -> Form | None:
    encoding, _ = text.encoding_of(file.head)
    is_plain = encoding != "utf-8" or not text.is_binary(file.head.translate(None, FORMATTING_BYTES))
    return form_of(text.head_text(file)) if is_plain and file.suffix not in _NOT_OURS else None
