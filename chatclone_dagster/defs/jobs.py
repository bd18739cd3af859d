"""Jobs, the weekly retrain, and the sensor that notices new exports."""

from collections.abc import Iterator

import dagster as dg
from dagster._core.definitions.data_version import DATA_VERSION_TAG

from chatclone_dagster.defs import training
from chatclone_dagster.defs.exports import folder_seen
from chatclone_dagster.defs.resources import settings_or_defaults
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.privacy.consent import permitted

PERSONAS = dg.AssetSelection.groups(training.GROUP)
INGEST = dg.define_asset_job(
    "ingest_job",
    selection=dg.AssetSelection.all() - PERSONAS,
    description="From the exports folder to the warehouse: everything that is nobody's in particular.",
)
RETRAIN = dg.define_asset_job(
    "retrain_job",
    selection=PERSONAS,
    description="A persona's dataset, adapter, evaluation and card, from the warehouse as it stands.",
)


def weekly(home: Home) -> dg.ScheduleDefinition:
    """Every Sunday at 03:00 in the owner's zone: retrain the personas of whom something is stale."""
    from chatclone_dagster.defs import definitions  # noqa: PLC0415  the package imports this module
    from chatclone_dagster.defs.plan import plan  # noqa: PLC0415

    settings = settings_or_defaults(home)

    @dg.schedule(job=RETRAIN, cron_schedule="0 3 * * 0", execution_timezone=settings.time.zone)
    def weekly_retrain(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """Ask what is stale, and for those it concerns make that and what is made from it; a new card trains nothing."""
        refused = {persona: why for persona in settings.all_personas if (why := _refusal(home, persona))}
        personas = [persona for persona in settings.all_personas if persona not in refused]
        found = plan(definitions(home), context.instance, personas)
        concerned = sorted({step.persona for step in found.steps if step.persona})
        for persona in concerned:
            keys = [step.key for step in (*found.steps, *found.then) if step.persona == persona]
            yield dg.RunRequest(partition_key=persona, asset_selection=keys, tags={"persona": persona})
        if not concerned:
            yield dg.SkipReason("; ".join(("nothing is stale", *refused.values())))

    return weekly_retrain


def _refusal(home: Home, persona: str) -> str | None:
    """Why a persona is not to be made, in one line; None if nothing speaks against it."""
    try:
        permitted(home, persona)
    except UserError as error:
        return str(error)
    return None


def new_exports(home: Home) -> dg.SensorDefinition:
    """Runs ingest_job when the content of the exports folder is another than last time."""

    @dg.sensor(job=INGEST, minimum_interval_seconds=60)
    def exports_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Hash what is new or touched; a file that was only touched starts nothing."""
        try:
            seen = folder_seen(home)
        except UserError as error:
            return dg.SkipReason(str(error))
        version = (seen.tags or {})[DATA_VERSION_TAG]
        if version == context.cursor:
            return dg.SkipReason("the exports are as they were")
        # No run key: the folder may come back to a content it had before, and that is a change, too.
        return dg.SensorResult(run_requests=[dg.RunRequest()], asset_events=[seen], cursor=version)

    return exports_sensor
