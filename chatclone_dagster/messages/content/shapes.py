"""Messages told by their shape alone: orders to bots, bare links, code."""

from __future__ import annotations

import polars as pl

URL = r"(?i)(?:https?://|www\.)\S+"

_SLASH = r"^/([a-z][a-z0-9_-]{2,31})(?:@\w+)?(?:\s|$)"
# What else stands behind a slash: tone tags ("/srs"), what apps turn into text or action, folders of a computer.
_TAGS_AND_FOLDERS = """
srs gen pos neg lyr hyp rhet lhj thread shrug tableflip unflip spoiler action
tmp etc usr var home dev opt bin proc mnt srv lib root boot sys media run users private api
"""
_BANG = r"^!([a-z][a-z0-9_-]{1,31})(?:\s|$)"
_KNOWN_ORDERS = """
play skip stop pause resume queue loop shuffle volume np leave join disconnect help commands ping rank level leaderboard
roll dice poll remind remindme reminder ban kick mute warn clear purge uptime weather quote daily balance bet
"""
_USUAL = 3
"""Times that one `!word` is written before it is taken for an order to a bot nobody here has heard of."""

_FENCE = r"(?s)```[^\n]*\n.+?\n[^\n]*```|(?m:^Traceback \(most recent call last\):$)"
_CODE_LINE = (
    r"(?:[;{}]\s*$|\)\s*:\s*$|^\s*(?:def|class|import|from|return|func|fn|let|const|var|public|private|package|using|"
    r"elif|#include|SELECT|INSERT|CREATE|Traceback|at)\b.*[\w)(\"';:.]\s*$|^\s*(?:\$|>>>|\w+@\w[\w.-]*:\S*[$#])\s\S|"
    r"^\s*</?\w+[^>]*>\s*$|^\s{2,}File \".*\", line \d+|^\s*[\w.\[\]\"']+\s(?:=|:=|\+=)\s\S)"
)
_LEAST_LINES = 3


def commands(said: pl.DataFrame) -> pl.DataFrame:
    """Orders to bots: `/start`, `!play song`; `message_id`, `detail` (slash or exclamation)."""
    slash, bang = (pl.col("text").str.extract(pattern) for pattern in (_SLASH, _BANG))
    orders = said.filter(pl.col("text").str.starts_with("/") | pl.col("text").str.starts_with("!"))
    orders = orders.select("message_id", slash=slash, bang=bang)
    usual = pl.col("bang").is_in(_KNOWN_ORDERS.split()) | (pl.len().over("bang") >= _USUAL)
    meant = (pl.col("slash").is_not_null() & ~pl.col("slash").is_in(_TAGS_AND_FOLDERS.split())) | (
        pl.col("bang").is_not_null() & usual
    )
    return orders.filter(meant).select(
        "message_id",
        detail=pl.when(pl.col("slash").is_not_null()).then(pl.lit("slash")).otherwise(pl.lit("exclamation")),
    )


def links(said: pl.DataFrame) -> pl.DataFrame:
    """Messages with a link and no word beside it; `message_id`, `detail` (null)."""
    linked = said.filter(pl.col("text").str.contains("(?i)https?://|www[.]"), pl.col("kind") == "text")
    rest = pl.col("text").str.replace_all(URL, "")
    return linked.filter(pl.col("text").str.contains(URL), ~rest.str.contains(r"[\p{L}\p{N}\p{So}]")).select(
        "message_id", detail=pl.lit(None, pl.String)
    )


def code(said: pl.DataFrame) -> pl.DataFrame:
    """Code, commands typed into a shell, and traces of errors; `message_id`, `detail` (fenced or lines)."""
    long = said.filter(pl.col("text").str.contains("\n", literal=True))
    fenced = long.filter(pl.col("text").str.contains(_FENCE)).select("message_id", detail=pl.lit("fenced"))
    lines = (
        long.join(fenced, on="message_id", how="anti")
        .filter(pl.col("text").str.contains(r"[;{}<>=$#:]"))
        .select("message_id", line=pl.col("text").str.split("\n"))
        .explode("line")
        .filter(pl.col("line").str.strip_chars() != "")
        .group_by("message_id", maintain_order=True)
        .agg(lines=pl.len(), code=pl.col("line").str.contains(_CODE_LINE).sum())
        .filter(pl.col("code") >= _LEAST_LINES, pl.col("code") >= 0.6 * pl.col("lines"))
    )
    return pl.concat([fenced, lines.select("message_id", detail=pl.lit("lines"))])
