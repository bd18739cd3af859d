"""Exports: what lies in the folder, and what each reader made of its files."""

import dagster as dg
import polars as pl
from dagster._core.definitions.data_version import DATA_VERSION_TAG

from chatclone_dagster import lake, tables
from chatclone_dagster.defs.resources import columns, file, plain_errors, rows, settings_or_defaults
from chatclone_dagster.home import Home
from chatclone_dagster.readers import ingest, registry, survey
from chatclone_dagster.versions import code_version

FOLDER = dg.AssetKey("exports_folder")
GROUP = "exports"
RAW = "raw"


def raw_key(reader: str) -> dg.AssetKey:
    """The asset of a reader."""
    return dg.AssetKey([RAW, reader])


def folder_seen(home: Home) -> dg.AssetMaterialization:
    """What lies in the exports folder, by content, as an event to be reported."""
    found = survey.exports(home).select("file", "export_id", "source", "reason")
    return dg.AssetMaterialization(FOLDER, tags={DATA_VERSION_TAG: code_version(found.rows())})


def assets(home: Home) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """The folder, its inventory, and one asset per reader."""

    # Not made by Dagster but looked at: the CLI before it plans, and the sensor, report what lies there.
    exports_folder = dg.AssetSpec(FOLDER, group_name=GROUP, description="The exports dropped into the home.")

    @dg.asset(
        deps=[FOLDER],
        group_name=GROUP,
        kinds={"parquet"},
        code_version=code_version(survey, settings_or_defaults(home).reading.model_dump()),
        metadata=columns(tables.EXPORTS) | file(home.table("exports")),
        description="Every file in the exports folder, and the reader that takes it.",
    )
    def exports() -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            found = survey.exports(home)
            version = lake.write(tables.EXPORTS, found, home.table("exports"))
            taken = found.filter(pl.col("source").is_not_null())
            refused = found.filter(pl.col("source").is_null(), ~pl.col("reason").is_in(survey.UNREMARKABLE))
            return dg.MaterializeResult(
                data_version=dg.DataVersion(version),
                metadata=rows(found.height) | {"files to read": taken.height, "files not understood": refused.height},
            )

    return [exports_folder, exports, *(_raw(home, reader.NAME) for reader in registry.readers())]


def _raw(home: Home, reader: str) -> dg.AssetsDefinition:
    path = home.table("readings", reader)

    @dg.asset(
        key=raw_key(reader),
        deps=["exports"],
        group_name=GROUP,
        kinds={"parquet"},
        code_version=ingest.reader_version(settings_or_defaults(home), reader),
        metadata=columns(tables.READINGS) | file(path),
        description=f"What the {reader} reader read from its files; each file is read once and kept.",
    )
    def raw() -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            readings = ingest.read_source(home, reader, pl.read_parquet(home.table("exports")))
            lake.write(tables.READINGS, readings, path)
            return dg.MaterializeResult(
                data_version=dg.DataVersion(ingest.content_version(readings)),
                metadata=rows(int(readings["rows"].sum()))
                | {
                    "files": readings.height,
                    "chats": int(readings["chats"].sum()),
                    "places not understood": int(readings["issues"].sum()),
                },
            )

    return raw
