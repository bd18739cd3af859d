"""Replaces private values as the settings ask: in texts, in names of people and chats, in names of attachments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial

import polars as pl
import regex

from chatclone_dagster import tables
from chatclone_dagster.privacy import pseudonyms
from chatclone_dagster.privacy.detect import Finder, Span
from chatclone_dagster.privacy.names import WORD, Part, fictional, in_case_of, names_nobody, nickname, split, words
from chatclone_dagster.privacy.normal import normal
from chatclone_dagster.privacy.people import People
from chatclone_dagster.privacy.stand_ins import Draw, StandIns
from chatclone_dagster.settings import Settings

_NUMBER = regex.compile(r"(?<=[\p{L}_.])\d{2,}")  # anna1987; not the "2" of "Anna 2"


class Replacer:
    """What is replaced, and how: `look` at all suspects, then `choose` stand-ins; now texts, names and titles come out safe."""

    def __init__(
        self,
        settings: Settings,
        stand_ins: StandIns,
        messages: pl.LazyFrame | None = None,
        contacts: Iterable[str] = (),
    ) -> None:
        """`messages` (tables.MESSAGES), `contacts` (names of address books) and the settings tell who there is."""
        self.people = People.of(tables.MESSAGES.empty().lazy() if messages is None else messages, settings, contacts)
        self.privacy, self.stand_ins = settings.privacy, stand_ins
        self.finder = Finder.of(settings, self.people.known)
        self._spans: dict[str, list[Span]] = {}
        self._found: dict[str, set[str]] = defaultdict(set)
        self._named: dict[str, Part] = {}

    def suspects(self, columns: Iterable[pl.Series]) -> pl.Series:
        """The distinct texts in columns that may hold something private, to be looked at; a history may come in batches."""
        distinct = pl.concat([column.rename("text").drop_nulls().unique() for column in columns]).unique()
        return distinct.filter(self.finder.might_hold(distinct))

    def look(self, suspects: pl.Series) -> None:
        """Find what is private in texts, in each of them once."""
        for text in suspects:
            if text not in self._spans and (spans := self.finder.find(text)):
                self._spans[text] = spans
                self._enter(text, spans)

    def _enter(self, text: str, spans: list[Span]) -> None:
        for span in spans:
            self._found[span.kind].add(span.canonical)
            if span.kind == "name" and self._inflected(span, text[span.start : span.end]) is None:
                self._named.update(words(text[span.start : span.end], self.people.parts))

    def choose(self, columns: Callable[[], Iterable[pl.Series]]) -> None:
        """Choose a stand-in for all that was found; `columns` gives what was looked at once more, should names be new."""
        for kind, values in self._found.items():
            if kind != "name" and getattr(self.privacy, kind) == "pseudonym":
                self.stand_ins.choose(kind, values, partial(pseudonyms.make, kind), real=values)
        if self.privacy.name == "pseudonym":
            self._choose_names({**self._named, **self.people.parts}, columns)

    @property
    def finds(self) -> pl.DataFrame:
        """What was found: `text`, `kind`, `canonical`, one row a find in a distinct text."""
        rows = [(text, span.kind, span.canonical) for text, spans in self._spans.items() for span in spans]
        return pl.DataFrame(rows, schema=dict.fromkeys(("text", "kind", "canonical"), pl.String), orient="row")

    def texts(self, texts: pl.Series) -> pl.DataFrame:
        """Of texts looked at: `safe`, `replaced` (a count), and `removed` (why the message is left out, else null)."""
        joined = texts.to_frame("text").join(self._replaced, on="text", how="left", maintain_order="left")
        return joined.select(
            pl.coalesce("safe", "text").alias("safe"), pl.col("replaced").fill_null(0), pl.col("removed")
        )

    @cached_property
    def _replaced(self) -> pl.DataFrame:
        """All texts in which something was found, once stand-ins are chosen."""
        schema = {"text": pl.String, "safe": pl.String, "replaced": pl.Int32, "removed": pl.String}
        return pl.DataFrame([(text, *self.text(text)) for text in self._spans], schema=schema, orient="row")

    def column(self, values: pl.Series, write: Callable[[str], str], *, every: bool = False) -> pl.Series:
        """A column of names looked at, with `write` applied; to `every` distinct one, or to those in which something was found."""
        old = [value for value in values.drop_nulls().unique() if every or value in self._spans]
        return values.replace(old, [write(value) for value in old]) if old else values

    def text(self, text: str) -> tuple[str, int, str | None]:
        """A text as it is safe to show, how many values were replaced in it, and why its message is left out, if it is."""
        spans = self._concerning(text)
        dropped = next((span.kind for span in spans if getattr(self.privacy, span.kind) == "drop"), None)
        if dropped:
            return "", 0, f"dropped_private_{dropped}"
        for span in reversed(spans):
            value = text[span.start : span.end]
            new = f"[{span.kind.replace('_', ' ')}]" if self._masks(span) else self._stand_in(span, value)
            text = text[: span.start] + new + text[span.end :]
        return text, len(spans), None

    def title(self, title: str) -> str:
        """A title or file name; masks carry a mark, so that two of them stay two."""
        for span in reversed(self._concerning(title)):
            value = title[span.start : span.end]
            new = self._label(span.kind, span.canonical) if self._masks(span) else self._stand_in(span, value)
            title = title[: span.start] + new + title[span.end :]
        return title

    def name(self, name: str) -> str:
        """A person's name, or the title of a chat that is called like a person: all of it names somebody."""
        if any(span.kind != "name" for span in self._concerning(name)) or not self._names_another(name):
            return self.title(name)
        if self.privacy.name == "keep":
            return name
        return self._renamed(name) if self.privacy.name == "pseudonym" else self._label("name", name.casefold())

    def _concerning(self, text: str) -> list[Span]:
        """What is not kept of what is private in a text."""
        spans = self._spans.get(text) or self.finder.find(text)
        return [
            span
            for span in spans
            if getattr(self.privacy, span.kind) != "keep"
            and (span.kind != "name" or self._names_another(text[span.start : span.end]))
        ]

    def _masks(self, span: Span) -> bool:
        return getattr(self.privacy, span.kind) in ("mask", "drop")

    def _label(self, kind: str, canonical: str) -> str:
        return f"[{kind.replace('_', ' ')} {self.stand_ins.label(kind, canonical)}]"

    def _stand_in(self, span: Span, value: str) -> str:
        if span.kind == "name":
            ending = self._inflected(span, value)
            return (
                self._renamed(value)
                if ending is None
                else in_case_of(self._word(span.canonical.title()) + ending, value)
            )
        made = partial(pseudonyms.make, span.kind)
        return pseudonyms.write(span, value, self.stand_ins.get_or_choose(span.kind, span.canonical, made))

    def _inflected(self, span: Span, value: str) -> str | None:
        """What the form of a known name ends in ("s" of Annas, nothing where the name itself changes); None if it is none."""
        plain = normal(value).text.casefold()
        if plain in self.people.parts or span.canonical not in self.people.parts:
            return None
        return plain.removeprefix(span.canonical) if plain.startswith(span.canonical) else ""

    def _names_another(self, name: str) -> bool:
        """Whether a name has a word that names somebody, and not the owner whose name is kept."""
        return any(word not in self.people.owner for word, _ in words(name))

    def _renamed(self, name: str) -> str:
        """A name with the stand-ins of its words; a number grown to a word (anna1987) changes with it."""
        name = normal(name).text
        draw = Draw(self.stand_ins.key, "number", name.casefold())
        numbered = _NUMBER.sub(lambda match: draw.digits(len(match[0])), name)
        return str(WORD.sub(lambda match: self._word(match[0]), numbered))

    def _word(self, word: str) -> str:
        plain = word.casefold()
        if names_nobody(word) or plain in self.people.owner:
            return word
        pieces = (plain,) if self.stand_ins.get("name", plain) else split(plain)
        new = [self.stand_ins.get_or_choose("name", piece, partial(_fictional, {})) for piece in pieces]
        return in_case_of("".join(new), word)

    def _choose_names(self, parts: dict[str, Part], columns: Callable[[], Iterable[pl.Series]]) -> None:
        """Choose a name for every word; none that anybody here bears, and at the time none that occurs in what they say."""
        self.stand_ins.forget("name", self.people.owner)
        wanted = {word: part for word, part in parts.items() if word not in self.people.owner}
        real = {*wanted, *self.people.owner}
        is_new = any(self.stand_ins.get("name", word) is None for word in wanted)
        said = {word for column in columns() for word in _words_in(column)} if is_new else set()
        full = [word for word in wanted if word not in self.people.nicknames]
        self.stand_ins.choose("name", full, partial(_fictional, wanted), real, said)

        def short(word: str, draw: Draw, n: int) -> str:
            base = self.people.nicknames[word]
            made = nickname(word, base, self.stand_ins.get("name", base) or "") if n == 0 else None
            return made or _fictional(wanted, word, draw, n)

        self.stand_ins.choose("name", set(wanted) & set(self.people.nicknames), short, real, said)


def _fictional(parts: Mapping[str, Part], word: str, draw: Draw, n: int) -> str:
    return fictional(word, parts.get(word, "first"), draw, n)


def _words_in(texts: pl.Series) -> pl.Series:
    """The distinct words of texts, in lower case."""
    return texts.str.to_lowercase().str.extract_all(WORD.pattern).explode().drop_nulls().unique()
