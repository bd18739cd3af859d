"""Bringing a home up to date through Dagster, told line by line."""

from __future__ import annotations

import logging
import warnings
from itertools import groupby
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.status import Status

from chatclone_dagster import lake
from chatclone_dagster.cli.options import console
from chatclone_dagster.home import Home
from chatclone_dagster.wording import counted

if TYPE_CHECKING:
    import dagster as dg

    from chatclone_dagster.defs.plan import Plan

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}  # Dagster's own log goes to its UI


def bring_up_to_date(home: Home, persona: str, source: str | None = None, until: str | None = None) -> bool:
    """Run what is stale (for the sake of the asset `until`, if given), wave by wave; return whether all of it succeeded."""
    with console.status("asking Dagster what is stale"):
        import dagster as dg  # noqa: PLC0415  1 s to import, and not needed to say that a setting is wrong

        from chatclone_dagster.defs import definitions  # noqa: PLC0415
        from chatclone_dagster.defs.plan import observe, plan  # noqa: PLC0415

        warnings.filterwarnings("ignore", category=dg.PreviewWarning)  # of Dagster's own use of Pipes
        graph = definitions(home)
    lake.sweep(home.lake)
    with dg.DagsterInstance.get() as instance:
        observe(home, instance)
        now = plan(graph, instance, [persona], source, until)
        _print(now)
        before = None
        while now.steps:
            wave = now.wave()
            if wave == before:
                console.print(
                    f"[bold red]✗[/] {wave[1][0].to_user_string()} stays stale after it ran; please report it"
                )
                return False
            if not _run(graph, instance, *wave):
                return False
            before, now = wave, plan(graph, instance, [persona], source, until)
    return True


def show_plan(home: Home, persona: str) -> None:
    """Print what a run would do, and do nothing."""
    import dagster as dg  # noqa: PLC0415

    from chatclone_dagster.defs import definitions  # noqa: PLC0415
    from chatclone_dagster.defs.plan import observe, plan  # noqa: PLC0415

    with dg.DagsterInstance.get() as instance:
        observe(home, instance)
        _print(plan(definitions(home), instance, [persona]))


def _print(now: Plan) -> None:
    if not now.steps:
        console.print("[bold green]✓[/] Everything is up to date: nothing to do.")
        return
    console.print(f"[bold]To do[/] ({len(now.steps)} stale, {len(now.then)} may follow)")
    for why, steps in groupby((*now.steps, *now.then), key=lambda step: step.why):
        console.print(f"  {', '.join(map(str, steps))} [dim]({why})[/]")


def _run(
    graph: dg.Definitions, instance: dg.DagsterInstance, persona: str | None, keys: tuple[dg.AssetKey, ...]
) -> bool:
    """Run one wave in this process; say what is made, and on failure what to mend."""
    from dagster._core.utils import make_new_run_id  # noqa: PLC0415

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    run = make_new_run_id()
    with console.status("starting") as status:
        listener = _Listener(status)
        instance.add_event_listener(run, listener)
        result = graph.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance,
            asset_selection=list(keys),
            partition_key=persona,
            raise_on_error=False,
            run_id=run,
            run_config=QUIET,
        )
    if not result.success:
        for fault in listener.faults or ["the run failed; see the Dagster UI for its log"]:
            console.print(f"[bold red]✗[/] {escape(fault)}", soft_wrap=True)
    return bool(result.success)


class _Listener:
    """Hears every event of a run: a line for each asset made or check that warns, the status for what goes on."""

    def __init__(self, status: Status) -> None:
        self.status = status
        self.faults: list[str] = []
        self.began = monotonic()

    def __call__(self, entry: Any) -> None:
        event = entry.dagster_event
        if event is None:
            self.status.update(escape(f"{entry.step_key or ''} {entry.user_message.rsplit(' - ', 1)[-1]}"))
        elif event.is_step_start:
            self.began = monotonic()
            self.status.update(str(event.step_key))
        elif event.is_step_materialization:
            made = event.step_materialization_data.materialization
            count = made.metadata.get("dagster/row_count")
            rows = f" {counted(count.value, 'row')}" if count is not None else ""
            took = monotonic() - self.began
            console.print(f"[green]✓[/] {made.asset_key.to_user_string()}[dim]{rows} {took:.1f} s[/]")
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            check = event.asset_check_evaluation_data
            if not check.passed:
                told = ", ".join(f"{name} {value.value}" for name, value in check.metadata.items())
                name = f"{check.asset_key.to_user_string()}: {check.check_name}"
                console.print(f"[yellow]![/] {name} [dim]{escape(told)}[/]")
        elif event.is_step_failure:
            self.faults.append(_told(event.step_failure_data))


def _told(failure: Any) -> str:
    """A failure in one line: what the user can mend as it was raised, else the innermost error."""
    told = failure.user_failure_data.description if failure.user_failure_data else None
    if told:
        return str(told)
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    return str(error.message).strip().splitlines()[-1] if error else "a step failed"
