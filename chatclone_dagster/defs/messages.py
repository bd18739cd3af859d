"""Messages: one clean history out of all raw rows, and what became of each of them."""

from collections.abc import Callable, Iterator

import dagster as dg
import polars as pl

from chatclone_dagster import lake, messages, tables
from chatclone_dagster.defs.exports import raw_key
from chatclone_dagster.defs.resources import check, columns, file, plain_errors, rows, settings_or_defaults
from chatclone_dagster.home import Home
from chatclone_dagster.messages.clean import Cleaned, clean
from chatclone_dagster.privacy.replacer import Replacer
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.readers import ingest, registry
from chatclone_dagster.versions import code_version

GROUP = "messages"


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """The history with its aliases, its issues and its ledger, made in one go."""
    settings = settings_or_defaults(home)
    made = {
        "messages": (tables.MESSAGES, home.table("messages"), "One row per message; raw, and never leaves the home."),
        "message_aliases": (tables.MESSAGE_ALIASES, home.table("message_aliases"), "Further copies of messages."),
        "parse_issues": (tables.PARSE_ISSUES, home.table("parse_issues"), "Places no reader understood."),
        "ledger_messages": (tables.LEDGER, home.table("ledger", "messages"), "What became of every raw row."),
    }
    version = code_version(messages, settings.me.model_dump(), settings.time.model_dump(), settings.people)

    @dg.multi_asset(
        name="clean_messages",
        specs=[
            dg.AssetSpec(
                name,
                deps=[raw_key(reader.NAME) for reader in registry.readers()],
                group_name=GROUP,
                kinds={"parquet"},
                code_version=version,
                metadata=columns(table) | file(path),
                description=description,
            )
            for name, (table, path, description) in made.items()
        ],
        check_specs=[
            dg.AssetCheckSpec("every_row_accounted_for", asset="ledger_messages", blocking=True),
            dg.AssetCheckSpec("something_was_read", asset="messages", blocking=True),
            dg.AssetCheckSpec("the_owner_speaks_in_every_chat", asset="messages"),
            dg.AssetCheckSpec("no_chat_left_out", asset="messages"),
        ],
    )
    def clean_messages() -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
        with plain_errors(home):
            readings = ingest.all_readings(home)
            issues = ingest.parse_issues(home, readings)
            cleaned = clean(ingest.raw_rows(home, readings), issues, home.settings)
            frames = {
                "messages": cleaned.messages,
                "message_aliases": cleaned.aliases,
                "parse_issues": issues,
                "ledger_messages": cleaned.ledger,
            }
            for name, (table, path, _) in made.items():
                content = lake.write(table, frames[name], path)
                yield dg.MaterializeResult(
                    asset_key=name, data_version=dg.DataVersion(content), metadata=rows(frames[name].height)
                )
            replacer = Replacer(home.settings, StandIns.open(home))
            yield from _checks(cleaned, int(readings["rows"].sum()), issues, replacer.name)

    return [clean_messages]


def _checks(
    cleaned: Cleaned, raw_rows: int, issues: pl.DataFrame, safe: Callable[[str], str]
) -> Iterator[dg.AssetCheckResult]:
    """The checks' outcomes; `safe` takes what is private out of a chat's name."""
    history, ledger = cleaned.messages, cleaned.ledger
    lost = issues["is_row"].sum()
    used = ledger.filter(pl.col("outcome") == "used").height
    yield check(
        "ledger_messages",
        "every_row_accounted_for",
        passed=ledger.height == raw_rows + lost and used == history.height,
        raw_rows=raw_rows,
        unreadable_rows=int(lost),
        used=used,
        dropped=ledger.height - used,
    )
    yield check("messages", "something_was_read", passed=history.height > 0, messages=history.height)
    chats = history.group_by("conversation_id").agg(pl.col("is_owner").any(), pl.col("conversation_name").first())
    silent = sorted(safe(name) for name in chats.filter(~pl.col("is_owner"))["conversation_name"])
    yield check(
        "messages",
        "the_owner_speaks_in_every_chat",
        passed=not silent,
        blocking=False,
        chats_without_you=_listed(silent),
    )
    left_out = [f"{safe(name or '?')} ({reason})" for name, reason in cleaned.left_out.iter_rows()]
    yield check(
        "messages", "no_chat_left_out", passed=not left_out, blocking=False, too_small_to_learn_from=_listed(left_out)
    )


def _listed(names: list[str], most: int = 10) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
