"""What a run would do now."""

from __future__ import annotations

import dagster as dg

from chatclone_dagster.defs import definitions
from chatclone_dagster.defs.plan import Plan, observe, plan
from chatclone_dagster.home import Home


def planned(home: Home, instance: dg.DagsterInstance) -> Plan:
    """The plan for the clone of `me`, after a look at the exports."""
    observe(home, instance)
    return plan(definitions(home), instance, ["me"])


def names(found: Plan) -> tuple[set[str], set[str]]:
    """The steps of a plan, and those that may become stale by them."""
    return {str(step) for step in found.steps}, {str(step) for step in found.then}
