"""Which stand-in stands for what: chosen by a keyed hash, kept in the home, looked up by whoever may read it.

The key alone nearly decides; the list settles what a hash cannot: that no two values share a stand-in, and that one
given once stays when further exports arrive.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import polars as pl

from chatclone_dagster import lake
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home

MOST_TRIES = 500
"""After so many stand-ins that are taken, a value shares one: there are not more one-time codes of four digits."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_T = TypeVar("_T")
_SCHEMA = pl.Schema(dict.fromkeys(("kind", "stand_in", "stands_for"), pl.String()))


class StandInsError(UserError):
    """The list of stand-ins cannot be read; the message names the file and the way out."""


class Draw:
    """Numbers that nobody can foretell without the key, the same for the same words."""

    def __init__(self, key: bytes, *words: str) -> None:
        """Start from a keyed hash (HMAC-SHA256) of the words."""
        digest = hmac.new(key, "\0".join(words).encode(), hashlib.sha256).digest()
        self._pool = int.from_bytes(hashlib.shake_256(digest).digest(512), "big")

    def number(self, below: int) -> int:
        """The next number from 0 up to `below`."""
        self._pool, number = divmod(self._pool, below)
        return number

    def digits(self, count: int) -> str:
        """The next `count` digits."""
        return "".join(str(self.number(10)) for _ in range(count))

    def one(self, choices: Sequence[_T]) -> _T:
        """The next choice."""
        return choices[self.number(len(choices))]


class StandIns:
    """The stand-ins of one home: canonical form of a value to the canonical form of what stands for it."""

    def __init__(self, key: bytes, known: Iterable[tuple[str, str, str]] = (), path: Path | None = None) -> None:
        """`known` are (kind, stand-in, what it stands for); `path` is where `save` writes, nowhere if left out."""
        self.key, self._path, self._changed = key, path, False
        self._stand_in = {(kind, real): fake for kind, fake, real in known}
        self._stands_for = {(kind, fake): real for kind, fake, real in known}

    @classmethod
    def open(cls, home: Home) -> StandIns:
        """Those of a home.

        Raises:
            StandInsError: the file is damaged.
        """
        path = home.stand_ins
        if not path.exists():
            return cls(home.secret("pseudonyms"), (), path)
        try:
            table = pl.read_csv(path, schema=_SCHEMA)
        except (pl.exceptions.PolarsError, OSError) as error:
            what = str(error).splitlines()[0]
            raise StandInsError(f"{path}: {what}; delete it and stand-ins are chosen anew by the same key") from None
        return cls(home.secret("pseudonyms"), table.rows(), path)

    def get(self, kind: str, canonical: str) -> str | None:
        """What stands for a value, or None if nothing was chosen yet."""
        return self._stand_in.get((kind, canonical))

    def lookup(self, what: str) -> list[tuple[str, str, str]]:
        """Every (kind, stand-in, what it stands for) of which one side is `what` or a word in it, else holds it."""
        plain = what.casefold()
        asked = {plain, *plain.split()}
        rows = [(kind, stand_in, real) for (kind, real), stand_in in sorted(self._stand_in.items())]
        exact = [row for row in rows if asked & {row[1].casefold(), row[2].casefold()}]
        return exact or [row for row in rows if plain in row[1].casefold() or plain in row[2].casefold()]

    def choose(
        self,
        kind: str,
        wanted: Iterable[str],
        make: Callable[[str, Draw, int], str],
        real: Collection[str] = (),
        avoid: Collection[str] = (),
    ) -> None:
        """Choose a stand-in for each wanted value that has none: the first of those `make` gives that is free.

        Not free is what stands for something else, what is `real` (a stand-in that turns out to be somebody's own is given
        up), and what is to be avoided. Values are served in the order of their keyed hash: that of messages plays no part.
        """
        values, taken = set(wanted), {value.casefold() for value in real}
        self.forget(kind, [value for value in values if self._stand_in.get((kind, value), "").casefold() in taken])
        missing = {value for value in values if (kind, value) not in self._stand_in}
        for value in sorted(missing, key=self._rank):
            for n in range(MOST_TRIES):
                stand_in = make(value, Draw(self.key, kind, value, str(n)), n)
                plain = stand_in.casefold()
                if (kind, stand_in) not in self._stands_for and plain not in taken and plain not in avoid:
                    break
            self._stand_in[kind, value] = stand_in
            self._stands_for.setdefault((kind, stand_in), value)
            self._changed = True

    def get_or_choose(self, kind: str, value: str, make: Callable[[str, Draw, int], str]) -> str:
        """What stands for a value, chosen now if nothing was before."""
        if (kind, value) not in self._stand_in:
            self.choose(kind, [value], make)
        return self._stand_in[kind, value]

    def forget(self, kind: str, values: Iterable[str]) -> None:
        """Strike values that are to have no stand-in any more."""
        for value in values:
            if (stand_in := self._stand_in.pop((kind, value), None)) is not None:
                self._stands_for.pop((kind, stand_in), None)
                self._changed = True

    def label(self, kind: str, canonical: str) -> str:
        """Eight hex digits that tell one masked value from another."""
        return hmac.new(self.key, f"label\0{kind}\0{canonical}".encode(), "sha256").hexdigest()[:8]

    def save(self) -> None:
        """Write the list in one step, readable by nobody else, if anything was added."""
        if self._path is None or not self._changed:
            return
        rows = [(kind, fake, real) for (kind, real), fake in sorted(self._stand_in.items())]
        buffer = io.BytesIO()
        pl.DataFrame(rows, schema=_SCHEMA, orient="row").write_csv(buffer, quote_style="always")
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with lake.replacing(self._path) as aside, os.fdopen(os.open(aside, _NEW, 0o600), "wb") as stream:
            stream.write(buffer.getvalue())
        self._changed = False

    def _rank(self, value: str) -> bytes:
        return hmac.new(self.key, value.encode(), hashlib.sha256).digest()
