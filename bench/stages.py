"""The stages that the suites time: each takes file names and returns how many units it made."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from chatclone_dagster.home import Home
    from chatclone_dagster.readers.contract import ExportFile
    from chatclone_dagster.sql_models import Model


def _read(name: str, path: str) -> int:
    from chatclone_dagster.readers import registry  # noqa: PLC0415 (peers run without our packages)
    from chatclone_dagster.readers.contract import Out, ReadOptions  # noqa: PLC0415

    rows = 0

    def count(frame: object) -> None:
        nonlocal rows
        rows += len(frame)  # type: ignore[arg-type]

    out = Out(name, "0" * 16, path, count)
    registry.reader(name).read(_file(path), ReadOptions(), out)
    out.flush()
    return rows


def _file(path: str) -> ExportFile:
    from chatclone_dagster.readers.contract import ExportFile  # noqa: PLC0415 (peers run without our packages)

    file = Path(path)
    return ExportFile(file.name, file.stat().st_size, lambda: file.open("rb"))


def whatsapp(path: str) -> int:
    """Our reader, from the file to typed rows."""
    return _read("whatsapp", path)


def messenger(path: str) -> int:
    """Our reader, from the file to typed rows."""
    return _read("messenger", path)


def table(path: str) -> int:
    """Our reader, from the file to typed rows."""
    return _read("table", path)


def whatsapp_to_parquet(path: str) -> int:
    """Our reader as a run uses it, from the file to Parquet beside it."""
    import tempfile  # noqa: PLC0415

    from chatclone_dagster.readers import ingest, whatsapp  # noqa: PLC0415
    from chatclone_dagster.readers.contract import ReadOptions  # noqa: PLC0415

    with tempfile.TemporaryDirectory(dir=Path(path).parent) as folder:
        rows = ingest.read_into(Path(folder), whatsapp, _file(path), "0" * 16, ReadOptions())["rows"]
    return int(rows)


def safe_copy(home: str) -> int:
    """The safe copy of a home's messages."""
    from chatclone_dagster.home import Home  # noqa: PLC0415
    from chatclone_dagster.privacy import safe  # noqa: PLC0415

    safe.write(Home(Path(home)))
    return _messages(home)


def told_of_messages(home: str) -> int:
    """Of every message of a safe copy the languages, how glad it sounds, and what is not its sender's own words."""
    import polars as pl  # noqa: PLC0415

    from chatclone_dagster import lake, tables  # noqa: PLC0415
    from chatclone_dagster.home import Home  # noqa: PLC0415
    from chatclone_dagster.messages import content, languages, sentiment  # noqa: PLC0415

    table = Home(Path(home)).table
    history = table("messages_safe")
    spoken = languages.languages(pl.read_parquet(history, columns=list(languages.READ)))
    lake.write(tables.MESSAGE_LANGUAGES, spoken, table("message_languages"))
    marked = content.marks(pl.read_parquet(history, columns=list(content.READ)))
    lake.write(tables.MESSAGE_MARKS, marked, table("message_marks"))
    del spoken, marked
    scored = sentiment.sentiment(pl.scan_parquet(history), pl.scan_parquet(table("message_languages")))
    lake.write(tables.MESSAGE_SENTIMENT, scored, table("message_sentiment"))
    return _messages(home)


def models(home: str) -> int:
    """Every model of dbt_like_sql with its tests.

    Raises:
        ValueError: a test of a model fails.
    """
    from chatclone_dagster import warehouse  # noqa: PLC0415 (peers run without our packages)

    where, every, refs = _models(home)
    warehouse.in_order(refs, lambda name: _built(where, every[name]))
    return _messages(home)


def everything(home: str) -> int:
    """All of the above, what does not wait for each other at once: models beside what is told of messages.

    Raises:
        ValueError: a test of a model fails.
    """
    from chatclone_dagster import warehouse  # noqa: PLC0415 (peers run without our packages)

    safe_copy(home)
    where, every, refs = _models(home)
    told = "told of messages"
    waits: dict[str, set[str]] = {told: set()} | {
        name: {*refs[name], *([told] if set(model.sources) - {"messages_safe"} else [])}
        for name, model in every.items()
    }
    warehouse.in_order(waits, lambda name: told_of_messages(home) if name == told else _built(where, every[name]))
    return _messages(home)


def _models(home: str) -> tuple[Home, dict[str, Model], dict[str, tuple[str, ...]]]:
    """A home, its models by name, and which models each of them reads."""
    from chatclone_dagster.home import Home  # noqa: PLC0415 (peers run without our packages)
    from chatclone_dagster.sql_models import Project  # noqa: PLC0415

    where = Home(Path(home))
    every = Project.of(where.settings).models
    return where, every, {name: model.refs for name, model in every.items()}


def _built(home: Home, model: Model) -> None:
    """Build a model and test it, as its asset does."""
    from chatclone_dagster import warehouse  # noqa: PLC0415 (peers run without our packages)

    warehouse.build(home, model)
    failed = [test.name for test in model.tests if warehouse.failures(home, model, test)[0] and not test.warns]
    if failed:
        raise ValueError(f"{model.name} does not pass {failed}: what was timed is not what a run makes")


def _messages(home: str) -> int:
    import polars as pl  # noqa: PLC0415

    from chatclone_dagster.home import Home  # noqa: PLC0415

    return int(pl.scan_parquet(Home(Path(home)).table("messages_safe")).select(pl.len()).collect().item())


def whatstk(path: str) -> int:
    """whatstk finding the header's format by itself, from the file to its table."""
    from whatstk import WhatsAppChat  # noqa: PLC0415

    return len(WhatsAppChat.from_source(filepath=path).df)


def chatminer(path: str) -> int:
    """chat-miner, from the file to its table."""
    from chatminer.chatparsers import WhatsAppParser  # noqa: PLC0415

    parser = WhatsAppParser(path)
    parser.parse_file()
    return len(parser.parsed_messages.get_df())


def orjson_alone(path: str) -> int:
    """Nothing but parsing the JSON."""
    import orjson  # noqa: PLC0415

    return len(orjson.loads(Path(path).read_bytes())["messages"])


def csv_module(path: str) -> int:
    """Nothing but splitting the records."""
    import csv  # noqa: PLC0415

    with Path(path).open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1


PRESIDIO_KINDS = {
    "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "email",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "URL": "url",
    "IP_ADDRESS": "ip",
    "US_SSN": "id_number",
    "US_PASSPORT": "id_number",
    "US_DRIVER_LICENSE": "id_number",
    "UK_NHS": "id_number",
}
"""Presidio's names for kinds that we have too."""


def find_private(path: str) -> int:
    """Our finder as a run uses it: the first look over the column, then the texts it leaves."""
    from bench.chats import PEOPLE  # noqa: PLC0415
    from chatclone_dagster.privacy.detect import Finder  # noqa: PLC0415
    from chatclone_dagster.settings import Settings, Time  # noqa: PLC0415

    texts = _texts(path)
    finder = Finder.of(Settings(time=Time(zone="Europe/Berlin")), PEOPLE)
    for text in texts.filter(finder.might_hold(texts)):
        finder.find(text)
    return len(texts)


def presidio_alone(path: str) -> int:
    """Presidio's own engine over every text."""
    engine, texts = presidio_engine(), _texts(path)
    for text in texts:
        engine.analyze(text, "en", score_threshold=0.4)
    return len(texts)


def _texts(path: str) -> pl.Series:
    import polars as pl  # noqa: PLC0415 (peers run without our packages)

    return pl.Series([json.loads(line)["text"] for line in Path(path).read_text(encoding="utf-8").splitlines()])


@cache
def presidio_engine() -> Any:
    """Presidio's engine with a blank spaCy pipeline and the recognizers that it loads by itself; no network."""
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # its list of suffixes is not fetched
    import spacy  # noqa: PLC0415
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415

    pipeline = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    pipeline.nlp = {"en": spacy.blank("en")}  # type: ignore[assignment]  # None is what Presidio says it is
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=pipeline)
    return AnalyzerEngine(registry=registry, nlp_engine=pipeline, supported_languages=["en"])
