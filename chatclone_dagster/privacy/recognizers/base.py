"""The base of our own recognizers: a part of a pattern's match is the value, and the words around it have a say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from presidio_analyzer import EntityRecognizer, LocalRecognizer, RecognizerResult

from chatclone_dagster.settings import PrivateKind

LANGUAGE = "xx"
"""The one language Presidio is told of: ours is the language of the pipeline, not of the text; the words are of many."""


class Recognizer(LocalRecognizer):
    """Recognises one kind; a subclass says where (`spans`, or `analyze` where a canonical form goes with it)."""

    kind: PrivateKind

    def __init__(self) -> None:
        """Register the kind."""
        super().__init__(supported_entities=[self.kind], supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load."""

    def spans(self, text: str) -> Iterable[tuple[int, int, float]]:
        """Start, end and score (0 to 1) of what may be of this kind; none of whoever answers `analyze` itself."""
        return ()

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """What Presidio asks for."""
        found = [self.result(*span) for span in self.spans(text)] if self.kind in entities else []
        return EntityRecognizer.remove_duplicates(found)

    def result(self, start: int, end: int, score: float, canonical: str | None = None) -> RecognizerResult:
        """A find, with its canonical form where the text alone does not give it."""
        about = {
            RecognizerResult.RECOGNIZER_NAME_KEY: type(self).__name__,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            CANONICAL: canonical,
        }
        return RecognizerResult(self.kind, start, end, score, recognition_metadata=about)


CANONICAL = "canonical"


def groups(
    pattern: Any, text: str, group: str = "value", at: Iterable[int] | None = None
) -> Iterator[tuple[int, int, Any]]:
    """Start and end of a group in every match, overlapping ones too, and the match; of matches that begin `at` these places.

    Patterns that begin with the same long list of words are asked only where one of those stands (`starts`).
    """
    matches = pattern.finditer(text, overlapped=True) if at is None else (pattern.match(text, start) for start in at)
    for match in filter(None, matches):
        yield match.start(group), match.end(group), match


def starts(pattern: Any, text: str) -> list[int]:
    """Where a pattern matches."""
    return [match.start() for match in pattern.finditer(text, overlapped=True)]
