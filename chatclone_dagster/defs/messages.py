"""Messages: one clean history out of all raw rows, and what became of each of them."""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import polars as pl

from chatclone_dagster import lake, messages, phones, tables
from chatclone_dagster.defs.exports import raw_key
from chatclone_dagster.defs.resources import check, columns, file, plain_errors, rows, settings_or_defaults
from chatclone_dagster.home import Home
from chatclone_dagster.ledger import balance
from chatclone_dagster.messages import contacts
from chatclone_dagster.messages.clean import Cleaned, clean
from chatclone_dagster.privacy.replacer import Replacer
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.readers import ingest, registry
from chatclone_dagster.versions import code_version

GROUP = "messages"
CONTACTS = dg.AssetKey("contacts")


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """The address books; the history with who is who, its aliases, its issues and its ledger, made in one go."""
    settings = settings_or_defaults(home)
    made = {
        "messages": (tables.MESSAGES, home.table("messages"), "One row per message; raw, and never leaves the home."),
        "message_aliases": (tables.MESSAGE_ALIASES, home.table("message_aliases"), "Further copies of messages."),
        "parse_issues": (tables.PARSE_ISSUES, home.table("parse_issues"), "Places no reader understood."),
        "identities": (tables.IDENTITIES, home.table("identities"), "Which person every sender is, and why."),
        "ledger_messages": (tables.LEDGER, home.table("ledger", "messages"), "What became of every raw row."),
    }
    me, time, identity = (part.model_dump() for part in (settings.me, settings.time, settings.identity))
    regions = settings.privacy.regions
    version = code_version(messages, phones, regions, me, time, identity, settings.aliases)

    @dg.multi_asset(
        name="clean_messages",
        specs=[
            dg.AssetSpec(
                name,
                deps=[CONTACTS, *(raw_key(reader.NAME) for reader in registry.readers())],
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
            issues = pl.concat([ingest.parse_issues(home, readings), contacts.issues(home)])
            cleaned = clean(ingest.raw_rows(home, readings), issues, home.settings, contacts.known(home))
            frames = {
                "messages": cleaned.messages,
                "message_aliases": cleaned.aliases,
                "parse_issues": issues,
                "identities": cleaned.identities,
                "ledger_messages": cleaned.ledger,
            }
            for name, (table, path, _) in made.items():
                content = lake.write(table, frames[name], path)
                yield dg.MaterializeResult(
                    asset_key=name, data_version=dg.DataVersion(content), metadata=rows(frames[name].height)
                )
            # Told who there is, as for the safe copy: numbers are known by the countries they are from.
            replacer = Replacer(home.settings, StandIns.open(home), cleaned.messages.lazy(), contacts.known_names(home))
            faults: dict[str, Any] = balance.of_messages(home)
            yield check("ledger_messages", "every_row_accounted_for", passed=not any(faults.values()), **faults)
            yield from _checks(cleaned, replacer.name)

    return [_contacts(home), clean_messages]


def _contacts(home: Home) -> dg.AssetsDefinition:
    settings = settings_or_defaults(home)

    @dg.asset(
        key=CONTACTS,
        deps=["exports"],
        group_name=GROUP,
        kinds={"parquet"},
        code_version=code_version(
            contacts,
            phones,
            phones.regions_in_use(settings),
            settings.identity.contacts,
            settings.forgotten_forms,
        ),
        metadata=columns(tables.CONTACTS) | file(home.table("contacts")),
        description="The people of address books (.vcf); raw, and never leaves the home.",
    )
    def read_contacts() -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            found, issues = contacts.read(home, pl.read_parquet(home.table("exports")))
            versions = (
                lake.write(tables.CONTACTS, found, home.table("contacts")),
                lake.write(tables.PARSE_ISSUES, issues, home.table("contacts_issues")),
            )
            return dg.MaterializeResult(
                data_version=dg.DataVersion("-".join(versions)),
                metadata=rows(found.height) | {"cards not understood": issues.height},
            )

    return read_contacts


def _checks(cleaned: Cleaned, safe: Callable[[str], str]) -> Iterator[dg.AssetCheckResult]:
    """The other checks' outcomes; `safe` takes what is private out of a chat's name."""
    history = cleaned.messages
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
