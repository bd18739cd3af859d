"""Presidio set up to run offline: our registry of recognizers, and a spaCy pipeline for those that want one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import spacy
from presidio_analyzer import EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from chatclone_dagster.privacy.known_names.gazetteer import Gazetteer
from chatclone_dagster.privacy.recognizers.addresses import Addresses
from chatclone_dagster.privacy.recognizers.base import LANGUAGE
from chatclone_dagster.privacy.recognizers.births import Births
from chatclone_dagster.privacy.recognizers.codes import Codes
from chatclone_dagster.privacy.recognizers.contact import Emails, Ips, Urls
from chatclone_dagster.privacy.recognizers.documents import Documents
from chatclone_dagster.privacy.recognizers.names import Names
from chatclone_dagster.privacy.recognizers.numbers import Cards, Ibans, PhoneGuesses, Phones
from chatclone_dagster.privacy.recognizers.secrets import Secrets
from chatclone_dagster.settings import SETTINGS_FILE, PrivateKind, SettingsError

# Where many people write from: their numbers are known by what stands around them, without the country being told.
_GUESSED = (
    "US", "GB", "DE", "FR", "ES", "IT", "PT", "BR", "NL", "BE", "AT", "CH", "PL", "RU", "UA", "IN",
    "PK", "TR", "MX", "AR", "CO", "CL", "PE", "SE", "NO", "DK", "FI", "IE", "AU", "NZ", "ZA", "NG",
    "KE", "EG", "SA", "AE", "MA", "IL", "IR", "GR", "RO", "HU", "CZ", "ID", "MY", "PH", "JP", "KR",
    "CN",
)  # fmt: skip
_PEOPLE = {"PER": "name", "PERSON": "name", "PRS": "name", "persName": "name"}
_NER_SCORE = 0.8  # spaCy says of no find how sure it is


class Pipeline(SpacyNlpEngine):
    """The people a spaCy model finds; what else it finds is not asked for."""

    def __init__(self, ner: str) -> None:
        """Load the model.

        Raises:
            SettingsError: it is not installed, or no model.
        """
        super().__init__(
            models=[{"lang_code": LANGUAGE, "model_name": ner}],
            ner_model_configuration=NerModelConfiguration(
                model_to_presidio_entity_mapping=_PEOPLE, labels_to_ignore=[]
            ),
        )
        self._model = _model(ner)

    def load(self) -> None:
        """Loaded on making: Presidio would download what is missing."""

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Tokens and people."""
        doc = self._model(text)
        people = [entity for entity in doc.ents if entity.label_ in _PEOPLE]
        for entity in people:
            entity.label_ = "name"
        return NlpArtifacts(
            entities=people,
            tokens=doc,
            tokens_indices=[token.idx for token in doc],
            lemmas=[],  # Presidio looks for context words among them, which we do ourselves,
            nlp_engine=self,
            language=language,
            scores=[_NER_SCORE] * len(people),
        )


@cache
def pipeline(ner: str) -> Pipeline:
    """The pipeline for a model's name or folder.

    Raises:
        SettingsError: the model is not installed, or no model.
    """
    return Pipeline(ner)


def _model(name: str) -> Any:
    if not (spacy.util.is_package(name) or Path(name).expanduser().is_dir()):
        raise SettingsError(
            f"{SETTINGS_FILE}: privacy.ner: there is no spaCy model '{name}' here; install it (python -m spacy download {name}), "
            "name the folder of one, or leave the setting out"
        )
    try:
        return spacy.load(Path(name).expanduser() if Path(name).expanduser().is_dir() else name)
    except (OSError, ValueError, ImportError) as error:
        raise SettingsError(
            f"{SETTINGS_FILE}: privacy.ner: {name} cannot be loaded ({str(error).splitlines()[0]})"
        ) from None


@cache
def _recognizers() -> tuple[EntityRecognizer, ...]:
    """Those that are the same for everybody."""
    return (Urls(), Emails(), Ibans(), Cards(), Ips(), Secrets(), Codes(), Births(), Documents(), Addresses())


class Analyzer:
    """Presidio's registry of recognizers, each called itself.

    `AnalyzerEngine.analyze` copies all results for its context words and tokenizes every text: three times the cost of a message
    here, for what our recognizers do themselves. The order, the threshold and the recognizers are the same.
    """

    def __init__(self, regions: Sequence[str], gazetteer: Gazetteer, ner: str | None, threshold: float) -> None:
        """Register the recognizers.

        Raises:
            SettingsError: the model `ner` is not installed, or no model.
        """
        own: list[EntityRecognizer] = [PhoneGuesses((*regions, *_GUESSED))]
        if regions:
            own.append(Phones(regions))
        if gazetteer:
            own.append(Names(gazetteer))
        if ner:
            own.append(SpacyRecognizer(supported_language=LANGUAGE, supported_entities=["name"]))
        self.registry = RecognizerRegistry([*_recognizers(), *own], supported_languages=[LANGUAGE])
        self._pipeline = pipeline(ner) if ner else None
        self._threshold = threshold

    def analyze(self, text: str, kinds: Sequence[PrivateKind]) -> list[RecognizerResult]:
        """What the recognizers of these kinds find in a text in normal form, from the threshold on."""
        model = self._pipeline.process_text(text, LANGUAGE) if self._pipeline and "name" in kinds else None
        return [
            found
            for recognizer in self.registry.recognizers
            if recognizer.supported_entities[0] in kinds and (model or not isinstance(recognizer, SpacyRecognizer))
            for found in recognizer.analyze(text, list(kinds), cast("NlpArtifacts", model))
            if found.score >= self._threshold
        ]
