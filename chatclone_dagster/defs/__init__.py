"""The Dagster graph: one file per room, each asset a thin call of that room's function. Only here is Dagster imported.

`definitions(home)` builds the graph for a home, since personas (partitions), settings (code versions) and third
parties' readers (assets) are known only there.
"""

from __future__ import annotations

import dagster as dg

from chatclone_dagster.defs import (
    content,
    datasets,
    evaluation,
    exports,
    jobs,
    messages,
    privacy,
    profile,
    sentiment,
    training,
    warehouse,
)
from chatclone_dagster.defs.resources import MlflowResource
from chatclone_dagster.home import Home


def definitions(home: Home) -> dg.Definitions:
    """The code location of a home."""
    rooms = (exports, messages, privacy, content, sentiment, warehouse, profile, datasets, training, evaluation)
    return dg.Definitions(
        assets=[asset for room in rooms for asset in room.assets(home)],
        jobs=[jobs.INGEST, jobs.RETRAIN],
        schedules=[jobs.weekly(home)],
        sensors=[jobs.new_exports(home)],
        resources={"pipes": dg.PipesSubprocessClient(), "mlflow": MlflowResource.of(home)},
        # A step in a process of its own costs 3 to 12 s of imports here; training is one anyway, through Pipes.
        executor=dg.in_process_executor,
    )
