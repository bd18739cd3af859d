"""What can only be told from the whole file: placeholders in an unknown language, and whether the chat is a group."""

from __future__ import annotations

import re

import numpy as np

from chatclone_dagster.readers.files.text import slices
from chatclone_dagster.readers.whatsapp import events
from chatclone_dagster.readers.whatsapp.authors import NOBODY, plain_name
from chatclone_dagster.readers.whatsapp.dictionary import pairs
from chatclone_dagster.readers.whatsapp.locales import LRM, folded, placeholders

_KEPT = 4000  # different texts that are remembered; a chat has a few dozen placeholders and sentences of the app
_LONGEST = 60  # characters; a placeholder is a few words
_EARLY = 50  # lines at the start of a file in which a group is made
_TIMES, _SENDERS = 3, 2
_BRACKETED = re.compile(r"<[^<>]+ [^<>]+>")


class Generated:
    """Remembers, block by block, bodies that WhatsApp marked as its own and lines without an author."""

    def __init__(self) -> None:
        """Start empty."""
        self._marked: dict[str, tuple[int, set[int]]] = {}
        self._sentences: set[str] = set()
        self._rows = 0

    def block(self, data: bytes, columns: dict[str, np.ndarray], names: list[str]) -> None:
        """Look at the header lines of a block, given the columns of Scan.block and Authors.block, and the authors by number."""
        begin = columns["start"] + columns["body"]
        author = columns["author"]
        first = np.frombuffer(data, np.uint8)[np.minimum(begin, len(data) - 1)]
        # Sentences that lack the mark and have an author are rare and old; the first lines of a file tell enough of them.
        early = np.arange(len(begin)) < max(0, _EARLY - self._rows)
        self._rows += len(begin)
        rows = np.flatnonzero((author == NOBODY) | early | (first == LRM.encode()[0]) | (first == ord("<")))
        if not len(rows):
            return
        body = slices(data, begin[rows], np.maximum(begin[rows], columns["end"][rows])).str.strip_chars_end("\r\n")
        first, pair = pairs(body, author[rows])
        different = list(zip(body.gather(first), author[rows[first]].tolist(), np.bincount(pair).tolist(), strict=True))
        room = _KEPT - len(self._sentences)
        self._sentences.update([text for text, who, _ in different if who == NOBODY][: max(0, room)])
        for text, who, count in different:
            if who == NOBODY:
                continue
            if len(self._sentences) < _KEPT and (
                text.startswith(LRM) or events.is_event_of(text, plain_name(names[who]), group_itself=False)
            ):
                self._sentences.add(text)
            if len(text) <= _LONGEST and _looks_generated(text):
                times, senders = self._marked.get(text, (0, set()))
                if len(self._marked) < _KEPT:
                    self._marked[text] = (times + count, senders | {who} if len(senders) < _SENDERS else senders)

    def repeated(self) -> frozenset[str]:
        """Marked bodies that several people sent several times word for word: placeholders in a language we have no table of."""
        found = (
            text for text, (times, senders) in self._marked.items() if times >= _TIMES and len(senders) >= _SENDERS
        )
        return frozenset(folded(text) for text in found if folded(text) not in placeholders())

    def group_names(self) -> frozenset[str]:
        """The names that the group had, as far as the app's sentences say."""
        return frozenset(name for name in map(events.group_name, self._sentences) if name)

    def group_events(self) -> bool:
        """Whether WhatsApp said something in this chat that it only says in groups."""
        return any(events.is_group_event(text) for text in self._sentences)


def _looks_generated(text: str) -> bool:
    """A body with the mark of the app, or one pair of angle brackets around more than one word."""
    return text.startswith(LRM) or _BRACKETED.fullmatch(text) is not None
