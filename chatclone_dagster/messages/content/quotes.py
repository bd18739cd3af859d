"""Quotes inside replies: which lines of a message repeat what was said before.

Where the quote is whole lines that can be told exactly, `detail` names them (`1-3`, counted from 1) and `without_lines`
cuts them off; where it cannot be told what is whose, `detail` is null and the message as a whole counts as a quote.
"""

from __future__ import annotations

import re

import polars as pl

_MARKED = re.compile(r"\s*>{1,4}(?: \s*\S|\s*$)")
_AMOUNT = re.compile(r"\s*> ?[\d.,€$£]")  # "> 100 € for that?" compares
_DATED = re.compile(
    r"""(?xi) ^\s*(?:>\s*)?(?:
      on \s .*\d.* \s wrote | am \s .*\d.* \s schrieb .* | le \s .*\d.* \s a \s (?:é|e)crit | el \s .*\d.* \s escribi[óo] .*
    | il \s .*\d.* \s ha \s scritto | em \s .*\d.* \s escreveu | op \s .*\d.* \s schreef .* | den \s .*\d.* \s skrev .*
    | w \s dniu \s .*\d.* \s napisał(?:\(?a\)?)? .* | .*\d{4}.* \s (?:написал|пишет|писал) (?:\(?а\)?)? .*
    | .*\d{4}.* \s (?:tarihinde|şunu \s yazdı) .*
    ) \s* :\s*$"""
)
_ORIGINAL = re.compile(
    r"^\s*-{3,}\s*(?:original message|ursprüngliche nachricht|message d.origine|mensaje original|messaggio originale|"
    r"mensagem original|oorspronkelijk bericht|forwarded message|weitergeleitete nachricht|исходное сообщение)\s*-{3,}\s*$",
    re.IGNORECASE,
)
_WECHAT = re.compile(r"^「(?:(?!」\n).)+」\n(?:- ?){5,}-?\s*\n", re.DOTALL)
_MIGHT = (
    r"(?m)^\s*>{1,4}(?: |$)|^\s*-{3,}|^「|wrote\s*:|schrieb|crit\s*:|escribi|scritto|escreveu|schreef|skrev|napisa|писа|"
    r"пишет|tarihinde|yazd"
)
SHORTEST = 8
"""Characters an earlier message must have for its repetition on a line of its own to be a quote and no chance."""


def quotes(said: pl.DataFrame) -> pl.DataFrame:
    """Messages that repeat others; `message_id`, `detail` (the lines, or null). Only distinct suspicious texts are looked at."""
    written = said.filter(pl.col("kind") == "text")
    suspects = written.filter(pl.col("text").str.contains(_MIGHT))["text"].unique(maintain_order=True)
    found = [(text, *lines) for text in suspects if (lines := quoted_lines(text)) is not None]
    schema = {"text": pl.String, "first": pl.Int32, "last": pl.Int32}
    by_form = written.select("message_id", "text").join(
        pl.DataFrame(found, schema=schema, orient="row"), on="text", maintain_order="left"
    )
    detail = pl.when(pl.col("first") > 0).then(pl.format("{}-{}", "first", "last"))
    formed = by_form.select("message_id", detail=detail)
    return pl.concat([formed, _repeated(written.join(formed, on="message_id", how="anti"), said)])


def quoted_lines(text: str) -> tuple[int, int] | None:
    """The lines (from 1, both included) of a text that are a quote by their form; (0, 0) if that is unclear; None if none.

    `> …` lines in one block, "On … wrote:" and what follows it, a mail's "--- Original Message ---", WeChat's 「…」.
    """
    if wechat := _WECHAT.match(text):
        last = wechat[0].rstrip("\n").count("\n") + 1
        return (1, last) if text[wechat.end() :].strip() else (0, 0)
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _DATED.match(line) or _ORIGINAL.match(line):
            return _below_header(lines, number)
    marked = [bool(_MARKED.match(line)) for line in lines]
    if not any(is_quote and line.strip(" >") for is_quote, line in zip(marked, lines, strict=True)):
        return None
    first, last = marked.index(True), len(marked) - 1 - marked[::-1].index(True)
    if len(lines) == 1 and _AMOUNT.match(text):
        return None
    own = [line for line, is_quote in zip(lines, marked, strict=True) if not is_quote and line.strip()]
    whole = all(
        is_quote or not line.strip() for is_quote, line in zip(marked[first:last], lines[first:last], strict=True)
    )
    return (first + 1, last + 1) if own and whole else (0, 0)


def _below_header(lines: list[str], header: int) -> tuple[int, int]:
    """From the line that says who wrote to the end of the quote: of its `>` lines, else of the message."""
    last = header
    while last + 1 < len(lines) and (_MARKED.match(lines[last + 1]) or not lines[last + 1].strip()):
        last += 1
    if last == header or not any(_MARKED.match(line) for line in lines[header + 1 : last + 1]):
        last = len(lines) - 1
    own = any(line.strip() for line in (*lines[:header], *lines[last + 1 :]))
    return (header + 1, last + 1) if own else (0, 0)


def _repeated(written: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """Replies that begin with all of the message they answer, on lines of their own."""
    answered = said.select(reply_to="message_id", answered=pl.col("text").str.strip_chars())
    lines = pl.col("answered").str.count_matches("\n") + 1
    return (
        written.filter(pl.col("reply_to").is_not_null(), pl.col("text").str.contains("\n", literal=True))
        .join(answered, on="reply_to", maintain_order="left")
        .filter(pl.col("answered").str.len_chars() >= SHORTEST)
        .filter(pl.col("text").str.starts_with(pl.col("answered") + "\n"))
        .filter(pl.col("text").str.len_chars() > pl.col("answered").str.len_chars() + 1)
        .select("message_id", detail=pl.format("1-{}", lines))
    )


def without_lines(text: str, lines: str) -> str:
    """A text without the lines that `detail` names; as it is if it has not so many, or none would be left."""
    first, last = map(int, lines.split("-"))
    kept = text.split("\n")
    if len(kept) - (last - first + 1) < 1:
        return text
    return "\n".join((*kept[: first - 1], *kept[last:])).strip()
