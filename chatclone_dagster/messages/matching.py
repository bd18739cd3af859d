"""Which rows of aligned tellings are one message: every row at most one of each other telling, so that repetitions stay.

Telling by telling, each is compared with what those before it have told. Rows are matched from the surest sign to the weakest,
and what one sign has matched is out of the next one's reach:

1. the platform's id;
2. the same person and text at the same time (in minutes, where one side has no seconds): the nth with the nth;
3. the same by the distance after a change of the clocks, and near in time where the clocks swing (`slack`);
4. all this with letters and digits alone, since tools write markup, blanks and emoji differently;
5. texts of people whom no anchor names;
6. what is left of one person at one time, if as much is left on both sides and one of the two was edited or withdrawn, or
   both are the app's words, or things (a placeholder here, a file there).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from chatclone_dagster.messages.marks import MINUTE, SECOND

_BLANKS = r"\s+"
_NO_LETTERS = r"[^\p{L}\p{N}]+"
_THINGS = ("media", "sticker", "voice")


def with_words(rows: pl.DataFrame, text: pl.Series) -> pl.DataFrame:
    """Add the hashes of two forms of each row's text: `words` (blanks do not matter) and `letters` (letters and digits alone)."""
    typed = pl.col("text").str.replace_all(_BLANKS, " ").str.strip_chars()
    letters = typed.str.to_lowercase().str.replace_all(_NO_LETTERS, "")
    forms = pl.DataFrame({"text": text.gather(rows["row"])}).select(
        words=pl.when(typed != "").then(typed.hash()), letters=pl.when(letters != "").then(letters.hash())
    )
    return rows.hstack(forms).with_columns(
        words=pl.coalesce("words", "says"), letters=pl.coalesce("letters", "words", "says")
    )


def matches(rows: pl.DataFrame) -> pl.DataFrame:
    """`row` and `one`: each row of a later telling, and the row of an earlier one that is the same message.

    `rows` are what alignment, clocks and `with_words` made of the rows that are no copies within their telling.
    """
    told = rows.filter(pl.col("turn") == 0)
    found = []
    for turn in rows["turn"].unique().sort().to_list()[1:]:
        new = rows.filter(pl.col("turn") == turn)
        same = _match(new, told.filter(pl.col("circle").is_in(new["circle"].unique().implode())))
        found.append(same)
        told = pl.concat([told, new.join(same, on="row", how="anti")])
    return pl.concat(found) if found else pl.DataFrame(schema={"row": pl.UInt32, "one": pl.UInt32})


class _Left:
    """What is left to match of a telling and of those before it."""

    def __init__(self, new: pl.DataFrame, old: pl.DataFrame) -> None:
        self.new, self.old = new, old
        self.found: list[pl.DataFrame] = []

    def take(self, pairs: pl.DataFrame) -> None:
        """Put matched rows (`row`, `one`) aside."""
        self.found.append(pairs)
        self.new = self.new.join(pairs, on="row", how="anti", maintain_order="left")
        self.old = self.old.join(pairs, left_on="row", right_on="one", how="anti", maintain_order="left")

    def nth(self, keys: Sequence[str], new: pl.Expr, old: pl.Expr, time: str | None = None, unit: int = SECOND) -> None:
        """Match the nth row of equal `keys` (and `time`, floored to `unit`) with the nth, of those that `new` and `old` admit."""
        on = [*keys, "nth"] if time is None else [*keys, "then", "nth"]
        sides = []
        for side, admitted, clock in ((self.new, new, time), (self.old, old, "clock")):
            some = side.filter(admitted).drop_nulls(keys)
            if time is not None and clock is not None:
                some = some.with_columns(then=pl.col(clock) // unit)
            sides.append(some.with_columns(nth=pl.int_range(pl.len()).over(on[:-1])).select("row", *on))
        self.take(sides[0].join(sides[1], on=on, suffix="_b").select("row", one="row_b"))

    def timed(self, keys: Sequence[str], time: str, new: pl.Expr, old: pl.Expr) -> None:
        """The same, in seconds where both sides have them, else in minutes."""
        seconds = pl.col("unit") == SECOND
        self.nth(keys, new & seconds, old & seconds, time)
        self.nth(keys, new & ~seconds, old, time, MINUTE)
        self.nth(keys, new & seconds, old & ~seconds, time, MINUTE)

    def near(self, keys: Sequence[str]) -> None:
        """Match rows of equal keys within the slack of their telling, the nearest first."""
        loose = self.new.filter(pl.col("slack") > 0)
        if loose.is_empty():
            return
        bucket = (pl.col("clock") // pl.col("slack")).alias("bucket")
        width = loose.select("circle", "slack").unique("circle")
        old = self.old.join(width.rename({"slack": "width"}), on="circle").with_columns(slack="width")
        near = loose.with_columns(pl.concat_list(bucket - 1, bucket, bucket + 1).alias("bucket")).explode("bucket")
        pairs = (
            near.join(old.with_columns(bucket), on=[*keys, "bucket"], suffix="_b")
            .with_columns(apart=(pl.col("clock") - pl.col("clock_b")).abs())
            .filter(pl.col("apart") <= pl.col("slack"))
            .sort("apart", "row", "row_b")
            .select("row", one="row_b")
        )
        while not pairs.is_empty():
            best = pairs.filter(pl.col("row").is_first_distinct() & pl.col("one").is_first_distinct())
            self.take(best)
            pairs = pairs.join(best, on="row", how="anti", maintain_order="left")
            pairs = pairs.join(best, on="one", how="anti", maintain_order="left")


def _match(new: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    left, every = _Left(new, old), pl.lit(value=True)
    left.nth(["circle", "own_id"], every, every)
    unknown = pl.col("person").is_null()
    for text in ("words", "letters"):
        keys = ["circle", "person", text]
        left.timed(keys, "clock", every, every)
        left.timed(keys, "other", pl.col("other") != pl.col("clock"), every)
        left.near(keys)
    left.timed(["circle", "words"], "clock", unknown, every)
    left.timed(["circle", "words"], "clock", every, unknown)
    left.take(_what_is_left(left.new, left.old))
    return pl.concat(left.found)


def _what_is_left(new: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    """Match as many rows of one person and time with as many, in order, where one may look unlike the other."""
    sides = []
    unit = pl.lit(SECOND)
    if not new.is_empty() and not old.is_empty():
        slow = pl.concat([new, old]).group_by("circle").agg(pl.col("unit").max().alias("pace"))
        new, old = (side.join(slow, on="circle", maintain_order="left") for side in (new, old))
        unit = pl.col("pace")
    for side in (new, old):
        place = ["circle", "person", "then"]
        timed = side.drop_nulls("person").with_columns(then=pl.col("clock") // unit).sort("clock", "row")
        timed = timed.with_columns(nth=pl.int_range(pl.len()).over(place), count=pl.len().over(place))
        sides.append(timed.select(*place, "nth", "count", "row", "kind", "revised", "size"))
    both = sides[0].join(sides[1], on=[*sides[0].columns[:5]], suffix="_b")
    system = (pl.col("kind") == "system") & (pl.col("kind_b") == "system")
    things = pl.col("kind").is_in(_THINGS) & pl.col("kind_b").is_in(_THINGS)
    lost = (pl.col("kind") == "unavailable") | (pl.col("kind_b") == "unavailable")
    return both.filter(pl.col("revised") | pl.col("revised_b") | system | things | lost).select("row", one="row_b")
