"""Which messages are not, or not only, their sender's own words: a named rule for each mark (tables.MARKS).

Every rule would rather miss than take away what somebody wrote: a long message is a person's own until more than its
length says otherwise. What is marked stays in the history; datasets leave it out as something to learn (settings.Content)
and keep it as something that was answered.
"""

from __future__ import annotations

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.messages.content.bots import bots
from chatclone_dagster.messages.content.chains import chain_messages
from chatclone_dagster.messages.content.quotes import quotes
from chatclone_dagster.messages.content.shapes import code, commands, links
from chatclone_dagster.messages.content.walls import pasted_walls

READ = (
    *("message_id", "is_group", "sender_id", "sender_name", "is_owner", "sent_at"),
    *("kind", "text", "reply_to", "forwarded"),
)
"""The columns of tables.MESSAGES_SAFE that are looked at."""


def marks(messages: pl.DataFrame) -> pl.DataFrame:
    """All marks of a history (READ to tables.MESSAGE_MARKS); a message may bear several."""
    said = messages.filter(pl.col("sender_id").is_not_null(), pl.col("text") != "")
    found = {
        "forwarded": messages.filter("forwarded").select("message_id", detail=pl.lit("app")),
        "chain_message": chain_messages(said),
        "pasted_wall": pasted_walls(said),
        "bot": bots(said),
        "quote": quotes(said),
        "command": commands(said),
        "link_only": links(said),
        "code": code(said),
    }
    whole = pl.concat(
        frame.select("message_id", mark=pl.lit(mark), detail=pl.col("detail").cast(pl.String))
        for mark, frame in found.items()
    )
    return whole.select(tables.MESSAGE_MARKS.schema.names()).sort("message_id", "mark")
