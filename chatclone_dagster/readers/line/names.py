"""Who writes in a LINE export that has only blanks between the time, the name and the text: `12:00 Ada Lovelace hello there`.

Where a name ends only shows over the whole file: after it come ever different words, within it the same ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

_WORDS = 6  # of a name at most
_LONGEST = 60  # characters of a name
_KEPT = 200_000  # beginnings of lines that are counted at a time
_SHARE = 0.9  # of a name's messages that go on with one of a few words: the name goes on
_CERTAIN, _HALF_SHARE = 10, 0.3  # more than chance, if others of the same first name write too


class Names:
    """Counts how lines go on after the time, and tells the names from it."""

    def __init__(self) -> None:
        """Start without any line."""
        self._begin: Counter[str] = Counter()
        self._whole: Counter[str] = Counter()  # lines that end there
        self._placed: Counter[str] = Counter()  # what stands before a placeholder

    def place(self, before: str) -> None:
        """Look at what stands before a placeholder: the name, or a name and words, as in `Ada I love stickers`."""
        if len(before) <= _LONGEST and len(self._placed) < _KEPT:
            self._placed[before] += 1

    def count(self, rest: str) -> None:
        """Look at what follows the time in a line."""
        words = rest[: _LONGEST * 2].split(" ", _WORDS)
        prefix = ""
        for index, word in enumerate(words[:_WORDS]):
            prefix = f"{prefix} {word}" if index else word
            if not word or len(prefix) > _LONGEST:
                break
            self._begin[prefix] += 1
            if prefix == rest:
                self._whole[prefix] += 1
        if len(self._begin) > _KEPT:
            for counts in (self._begin, self._whole):
                for rare in [text for text, times in counts.items() if times == 1 and " " in text]:
                    del counts[rare]

    def settle(self, told: Iterable[str] = ()) -> frozenset[str]:
        """The names; `told` are those that the export names as such."""
        sure = {name.strip() for name in told if name.strip()}
        sure |= {name for name, times in self._placed.items() if times > 1}
        further: dict[str, list[str]] = {}
        for text in self._begin:
            if " " in text:
                further.setdefault(text.rsplit(" ", 1)[0], []).append(text)
        names = set(sure)
        # What begins a single line is too little: people type times of day at the beginning of a line, too.
        waiting = [text for text, times in self._begin.items() if " " not in text and times - self._whole[text] > 1]
        while waiting:
            prefix = waiting.pop()
            total = self._begin[prefix] - self._whole[prefix]
            longer = [text for text in further.get(prefix, []) if self._goes_on(text)]
            if prefix not in sure and longer and sum(self._begin[text] for text in longer) >= _SHARE * total:
                waiting += longer
                continue
            names.add(prefix)
            waiting += [
                text for text in longer if self._begin[text] >= max(_CERTAIN, _HALF_SHARE * total) and text not in names
            ]
        return frozenset(names)

    def writes(self, name: str) -> bool:
        """Whether a line begins with a name and goes on."""
        return self._begin[name] > self._whole[name]

    def _goes_on(self, text: str) -> bool:
        """Whether a beginning stands in several lines, and nearly always with more after it."""
        times = self._begin[text]
        return times > 1 and self._whole[text] <= (1 - _SHARE) * times


def split(rest: str, names: frozenset[str]) -> tuple[str, str] | None:
    """The name and the text of a line after its time, the longest name that fits; None if it begins with none."""
    place = min(len(rest), _LONGEST)
    while place > 0:
        end = len(rest) if place == len(rest) else rest.rfind(" ", 0, place + 1)
        if end <= 0:
            return None
        if rest[:end] in names:
            return rest[:end], rest[end + 1 :]
        place = end - 1
    return None
