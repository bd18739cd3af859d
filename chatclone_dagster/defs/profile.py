"""Profile: how somebody texts, as one page, and in counts for the Dagster UI."""

import dagster as dg

from chatclone_dagster import profile as room
from chatclone_dagster.datasets import split
from chatclone_dagster.defs.resources import (
    PERSONA,
    drawn,
    file,
    person_of,
    personas,
    plain_errors,
    settings_or_defaults,
)
from chatclone_dagster.defs.training import GROUP
from chatclone_dagster.home import Home
from chatclone_dagster.profile.facts import gather
from chatclone_dagster.profile.page import TEMPLATE, write
from chatclone_dagster.profile.strips import HOURS, blocks, heat_strip
from chatclone_dagster.versions import code_version

MARTS = (
    "bursts",
    "catchphrases",
    "conversations",
    "daily_activity",
    "emoji",
    "hours_of_week",
    "languages",
    "message_lengths",
    "people",
    "replies_to_learn",
    "reply_times",
    "sentiment",
    "texting_habits",
    "texts",
    "turns",
    "who_texts_first",
)


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """texting_profile, a partition each persona."""
    settings = settings_or_defaults(home)

    @dg.asset(
        deps=MARTS,
        partitions_def=personas(home),
        group_name=GROUP,
        kinds={"html"},
        code_version=code_version(room, TEMPLATE, split, settings.time.zone, settings.dataset.min_replies),
        metadata=file(home.document("texting_profile.html", PERSONA)),
        description="The texting profile: one HTML file about how somebody texts, and whether that is enough for a clone.",
    )
    def texting_profile(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            found = gather(home, person_of(home, context.partition_key).sender_id)
            path = home.document("texting_profile.html", context.partition_key)
            html = write(found, path)
            return dg.MaterializeResult(
                data_version=dg.DataVersion(code_version(html)),
                metadata={
                    "path": dg.MetadataValue.path(path),
                    "enough to make a clone": found.verdict.level,
                    "replies to learn from": found.verdict.replies,
                    "the week": drawn([*heat_strip(found.week), HOURS]),
                    "month by month": drawn([blocks([row["messages"] for row in found.months])]),
                },
            )

    return [texting_profile]
