"""One chat: what is the same for all its messages, and how a block of them becomes a frame of tables.RAW_ROWS."""

from __future__ import annotations

import numpy as np
import polars as pl

from chatclone_dagster.readers.contract import ExportFile
from chatclone_dagster.readers.whatsapp import bodies, names
from chatclone_dagster.readers.whatsapp.authors import NOBODY, Person
from chatclone_dagster.readers.whatsapp.dictionary import pairs
from chatclone_dagster.readers.whatsapp.generated import Generated
from chatclone_dagster.readers.whatsapp.inserts import Body
from chatclone_dagster.readers.whatsapp.scan import Scan
from chatclone_dagster.readers.whatsapp.source import without_heads


class Chat:
    """A file's title, people and kind."""

    def __init__(
        self,
        file: ExportFile,
        scan: Scan,
        people: list[Person],
        halves: dict[int, dict[str, int]],
        generated: Generated,
        columns: dict[str, np.ndarray],
    ) -> None:
        """`halves`: names that are the first half of longer ones, see Authors.settle; `columns`: those of all messages."""
        self.title = names.chat_title(file.name)
        self._keys = pl.Series([person.key for person in people], dtype=pl.String)
        self._names = pl.Series([person.name for person in people], dtype=pl.String)
        self._marked = frozenset(person.key for person in people if person.marked)
        self._halves = halves
        self._repeated = generated.repeated()
        self._android = not any(lead.bracket for lead in scan.leads if lead)
        count = np.count_nonzero(np.bincount(columns["author"][columns["author"] != NOBODY]))
        if count > 2 or generated.group_events():
            self.is_group: bool | None = True
        else:  # with two people, only a chat named after one of them is surely no group in which the others are silent
            self.is_group = False if self.title in self._keys else None
        self._group_names = generated.group_names() | ({self.title} if self.is_group else frozenset())

    def frame(self, columns: dict[str, np.ndarray], when: np.ndarray, data: bytes, offsets: np.ndarray) -> pl.DataFrame:
        """The messages of one block; `data` holds them between the `offsets`, the columns are those of the first pass."""
        body = without_heads(columns["body"], data, offsets)
        author = columns["author"]
        if self._halves:
            author, body = self._whole_names(author, body)
        names_ = self._keys.gather(_or_null(author))
        suspect, sentence = bodies.suspects(body, names_, self._group_names)
        rows = suspect.arg_true()
        looked, said_by = body.gather(rows), author[rows.to_numpy()]
        # Equal bodies are read once, except that sentences of the app may name who is said to have said them.
        anybody = len(self._keys)
        said_by = np.where((said_by == NOBODY) | sentence.gather(rows).to_numpy(), said_by, anybody)
        first, number = pairs(looked, said_by)
        different = looked.gather(first)
        # The first two stand for the many that need no look: typed text, and sentences of the app that are no calls.
        read = [Body(), Body("system")]
        edited = bodies.read_edited(different)
        for text, person, quick in zip(different.to_list(), said_by[first].tolist(), edited, strict=True):
            read.append(quick if quick and person == anybody else self._read(text, person))
        place = (author == NOBODY).astype(np.uint32)
        place[rows.to_numpy()] = number + 2
        author = np.where(np.array([found.kind == "system" for found in read])[place], NOBODY, author)
        who = _or_null(author)
        texts = pl.Series([found.text for found in read], dtype=pl.String)
        table: pl.DataFrame = bodies.but_text(read)[place]
        return table.with_columns(
            position=pl.Series(columns["line"]),
            conversation_key=pl.lit(self.title),
            conversation_name=pl.lit(self.title),
            is_group=pl.lit(self.is_group, dtype=pl.Boolean),
            sent_local=pl.Series(when * 1_000_000).cast(pl.Datetime("us")),
            text=body.scatter(rows, texts.gather(number + 2)),
            sender_key=self._keys.gather(who),
            sender_name=self._names.gather(who),
        )

    def _read(self, body: str, person: int) -> Body:
        """Read a body under the name of a person, of NOBODY, or (any other number) of anybody."""
        if person == NOBODY:
            return bodies.read_sentence(body)
        name = self._keys[person] if person < len(self._keys) else None
        group = name is not None and name in self._group_names
        # A mark before the body is the app's, unless there is one before the name, too: then something else sets them.
        marks = name not in self._marked
        return bodies.read_body(body, self._repeated, android=self._android, sentence_of=name, group=group, marks=marks)

    def _whole_names(self, author: np.ndarray, body: pl.Series) -> tuple[np.ndarray, pl.Series]:
        """Move the second half of a name, which the first pass took for the beginning of the body, to the author."""
        author, bodies_ = author.copy(), body.to_list()
        for number, further in self._halves.items():
            for row in np.flatnonzero(author == number).tolist():
                second, _, rest = bodies_[row].partition(": ")
                author[row], bodies_[row] = further[second], rest
        return author, pl.Series(bodies_, dtype=pl.String)


def _or_null(author: np.ndarray) -> pl.Series:
    """The numbers of authors, null for nobody."""
    return pl.Series(author).set(pl.Series(author == NOBODY), None)
