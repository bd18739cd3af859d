"""The user's home folder, and the only place that knows where a file lies in it."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import tomlkit
from tzlocal import get_localzone_name

from chatclone_dagster.settings import NEW_SETTINGS, SETTINGS_FILE, Settings, SettingsError, parse_settings


@dataclass(frozen=True)
class Home:
    """A home folder. Nothing but this class joins paths inside it."""

    root: Path

    @classmethod
    def find(cls, root: Path | None = None) -> Home:
        """The home meant: `root`, else $CHATCLONE_HOME, else the nearest home upwards, else ~/chatclone."""
        if root is not None:
            return cls(root.expanduser().resolve())
        if named := os.environ.get("CHATCLONE_HOME"):
            return cls(Path(named).expanduser().resolve())
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / SETTINGS_FILE).is_file():
                return cls(folder)
        return cls(Path.home() / "chatclone")

    @property
    def exists(self) -> bool:
        """Whether the folder has been made a home."""
        return self.settings_file.is_file()

    @cached_property
    def settings(self) -> Settings:
        """The settings as written in chatclone.toml.

        Raises:
            SettingsError: no such file, or something wrong in it.
        """
        try:
            text = self.settings_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise SettingsError(f"{self.root} is no home yet; make one with: chatclone init {self.root}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{self.settings_file}: {error}") from None
        return parse_settings(text, str(self.settings_file))

    @property
    def settings_file(self) -> Path:
        """chatclone.toml."""
        return self.root / SETTINGS_FILE

    @property
    def exports(self) -> Path:
        """Where the user drops exports."""
        return self.root / "exports"

    @property
    def people_history(self) -> Path:
        """What `chatclone people` changed in chatclone.toml, so that it can be undone."""
        return self.root / ".people" / "history.jsonl"

    @property
    def lake(self) -> Path:
        """The Parquet files: what is true."""
        return self.root / "lake"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file with a view over every table of the lake."""
        return self.root / "warehouse.duckdb"

    @property
    def adapters(self) -> Path:
        """Trained adapters, a folder for each persona."""
        return self.root / "adapters"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: the record of what was materialized from what."""
        return self.root / ".dagster"

    @property
    def tracking_uri(self) -> str:
        """Where MLflow records runs."""
        return self.settings.mlflow.tracking_uri or f"sqlite:///{(self.root / 'mlflow.db').as_posix()}"

    @property
    def mlflow_artifacts(self) -> Path:
        """Where MLflow keeps artifacts of the home's own tracking database."""
        return self.root / "mlflow-artifacts"

    def table(self, name: str, part: str | None = None) -> Path:
        """A table's file: lake/messages.parquet, or for a part (a persona's, a reader's) lake/pairs/me.parquet."""
        return self.lake / f"{name}.parquet" if part is None else self.lake / name / f"{part}.parquet"

    def document(self, name: str, persona: str) -> Path:
        """A file that is no table: `evaluation.json` lies in lake/evaluation/me.json, `clone_card.html` likewise."""
        stem, _, ending = name.rpartition(".")
        return self.lake / stem / f"{persona}.{ending}"

    def chat_jsonl(self, persona: str) -> Path:
        """The folder of a persona's train.jsonl, validation.jsonl and test.jsonl."""
        return self.lake / "chat_jsonl" / persona

    def adapter(self, persona: str, key: str) -> Path:
        """The folder of one trained adapter; `key` names what it was made from."""
        return self.adapters / persona / key

    @property
    def raw_cache(self) -> Path:
        """What each export file was read into; safe to delete, it is read again then."""
        return self.lake / "raw"

    def secret(self, name: str) -> bytes:
        """A key of 32 random bytes that never leaves the home, made on first use; only the owner may read the file."""
        path = self.root / ".secrets" / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(secrets.token_bytes(32))
        return path.read_bytes()

    @property
    def stand_ins(self) -> Path:
        """Which stand-in stands for what, beside the key they are made with; only the owner may read it."""
        return self.root / ".secrets" / "stand_ins.csv"

    @property
    def forgetting(self) -> Path:
        """Whom `chatclone forget` is removing; the file is gone when it is done."""
        return self.root / ".forgetting.json"

    def has_secret(self, name: str) -> bool:
        """Whether a key has been made."""
        return (self.root / ".secrets" / name).is_file()

    def create(self, settings: str | None = None) -> bool:
        """Make the folder a home, with these settings or plain ones; return False if it was one already."""
        self.exports.mkdir(parents=True, exist_ok=True)
        self.lake.mkdir(exist_ok=True)
        self.dagster.mkdir(exist_ok=True)
        if not (self.dagster / "dagster.yaml").exists():  # the user may have put Dagster's records elsewhere
            shutil.copyfile(bundled("dagster.yaml"), self.dagster / "dagster.yaml")
        if self.exists:
            return False
        plain = NEW_SETTINGS.format(zone=get_localzone_name() or "UTC")
        self.settings_file.write_text(settings or plain, encoding="utf-8")
        return True

    def change(self, **values: object) -> None:
        """Write settings (`time__zone="UTC"` sets time.zone), keeping the user's comments; refuse what would be wrong.

        None takes a setting out.

        Raises:
            SettingsError: the file would not be valid any more; it is left as it was.
        """
        document = tomlkit.parse(self.settings_text)
        for name, value in values.items():
            *path, last = name.split("__")
            table: tomlkit.TOMLDocument | tomlkit.items.Table = document
            for part in path:
                table = table.setdefault(part, tomlkit.table())
            if value is None:
                table.pop(last, None)
            else:
                table[last] = value
        self.write_settings(tomlkit.dumps(document))

    @property
    def settings_text(self) -> str:
        """chatclone.toml as it stands, line ends included."""
        return self.settings_file.read_bytes().decode("utf-8")

    def write_settings(self, text: str) -> None:
        """Put a new chatclone.toml in place of the old one.

        Raises:
            SettingsError: the text is not valid; the file is left as it was.
        """
        parse_settings(text, str(self.settings_file))
        aside = self.settings_file.with_suffix(".toml.new")
        aside.write_bytes(text.encode())
        aside.replace(self.settings_file)
        self.__dict__.pop("settings", None)


def bundled(name: str) -> Path:
    """A folder or file that travels with the program (dbt_like_sql, samples, starter/model, dagster.yaml).

    In a checkout it stands at the top of the house, in an installed wheel under chatclone_dagster/bundled.
    """
    package = Path(__file__).resolve().parent
    installed = package / "bundled" / name
    return installed if installed.exists() else package.parent / name
