"""The names of a chat's people, as a recognizer."""

from __future__ import annotations

from typing import Any

from presidio_analyzer import RecognizerResult

from chatclone_dagster.privacy.known_names.gazetteer import Gazetteer
from chatclone_dagster.privacy.recognizers.base import Recognizer


class Names(Recognizer):
    """Recognises the names of a gazetteer."""

    kind = "name"

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Make it know these names."""
        super().__init__()
        self._gazetteer = gazetteer

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """What Presidio asks for."""
        return [self.result(*found) for found in self._gazetteer.find(text)] if self.kind in entities else []
