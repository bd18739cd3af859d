"""imessage-exporter: what ReagentX/imessage-exporter writes from Messages' database, one file per conversation, as text or as HTML.

Times are local to the machine that exported. `Me` is the owner, or the name that was given for them. Replies stand twice: below
what they answer, and at their own time. Whoever exports both has each conversation twice; then the HTML is read, which tells more.
"""

from __future__ import annotations

from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, ReadOptions, Sniff
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.imessage_exporter import html, txt

NAME = "imessage_exporter"


def sniff(file: ExportFile) -> Sniff | None:
    """Claim a conversation in either form; the text is a companion of the HTML of the same name."""
    if text.is_binary(file.head):
        return None
    if found := html.sniff(file):
        return found
    found = txt.sniff(file)
    if found and (other := file.beside(f"{file.stem}.html")) is not None:
        twin = html.sniff(other)
        return Sniff(found.confidence, COMPANION) if twin and twin.variant == "html" else found
    return found


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a conversation; positions are lines of a text, and count the messages of a page.

    Raises:
        UnreadableError: there is no message in it.
    """
    if html.sniff(file):
        html.read(file, out)
    else:
        txt.read(file, out)
