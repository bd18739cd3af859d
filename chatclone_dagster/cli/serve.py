"""Verbs that serve: ui and mlflow, both on loopback only."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from chatclone_dagster.cli.options import HomeOption, console, open_home

LOOPBACK = "127.0.0.1"
Port = Annotated[int, typer.Option(help="The port on 127.0.0.1.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(ui)
    app.command()(mlflow)


def ui(home: HomeOption = None, port: Port = 3000) -> None:
    """Open the Dagster UI on the home."""
    where = open_home(home)
    console.print(f"Dagster on [bold]http://{LOOPBACK}:{port}[/] for {where.root}; Ctrl-C ends it")
    module = ["-m", "dagster", "dev", "-m", "chatclone_dagster.definitions"]
    _serve([*module, "--host", LOOPBACK, "--port", str(port)])


def mlflow(home: HomeOption = None, port: Port = 5000) -> None:
    """Open MLflow's tracking UI on the home's runs."""
    where = open_home(home)
    console.print(f"MLflow on [bold]http://{LOOPBACK}:{port}[/] for {where.root}; Ctrl-C ends it")
    store = ["--backend-store-uri", where.tracking_uri, "--default-artifact-root", where.mlflow_artifacts.as_uri()]
    _serve(["-m", "mlflow", "server", *store, "--host", LOOPBACK, "--port", str(port), "--workers", "1"])


def _serve(command: list[str]) -> None:
    """Run a server until it ends or Ctrl-C does."""
    try:
        code = subprocess.run([sys.executable, *command], check=False).returncode  # noqa: S603  our own command line
    except KeyboardInterrupt:
        code = 0
    raise typer.Exit(code)
