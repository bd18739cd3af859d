"""What the slow tests share: processes that are ended whole, and what they need installed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import IO

import pytest

from chatclone_dagster.home import Home
from tests.conftest import ROOT


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is slow."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


def shared(variable: str, folder: str) -> Path:
    """A folder of third parties' files, which stand beside the project and never in it; skip where it is not."""
    path = Path(os.environ.get(variable, ROOT.parent / "shared" / folder))
    if not path.is_dir():
        pytest.skip(f"{path} is not here; set {variable}")
    return path


def chromium() -> str:
    """The browser, or skip."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium is installed")
    return found


def environment(home: Home) -> dict[str, str]:
    """The environment of a chatclone process for a home."""
    return {**os.environ, "CHATCLONE_HOME": str(home.root), "DAGSTER_HOME": str(home.dagster), "COLUMNS": "200"}


def chatclone(home: Home, *words: str, out: int | IO[str] = subprocess.PIPE) -> subprocess.Popen[str]:
    """Start a command in a process group of its own."""
    command = [sys.executable, "-m", "chatclone_dagster", *words]
    return subprocess.Popen(
        command,
        env=environment(home),
        stdout=out,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def end(process: subprocess.Popen[str], how: int = signal.SIGKILL) -> None:
    """End a process and all its children (those of `dagster dev` outlive a polite request)."""
    os.killpg(process.pid, how)
    process.wait()


@contextmanager
def served(home: Home, verb: str, path: str = "/") -> Iterator[str]:
    """Start `chatclone ui` or `chatclone mlflow`, wait until it answers, and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    # Into a file: a pipe that nobody reads fills up, and the server then waits for ever to write its next line.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = chatclone(home, verb, "--port", str(port), out=said)
        try:
            began = monotonic()
            while True:
                try:
                    urllib.request.urlopen(address + path, timeout=5).read()
                    break
                except OSError:
                    assert process.poll() is None, said.seek(0) or said.read()[-2000:]
                    assert monotonic() - began < 180, f"{verb} does not answer"
                    sleep(0.5)
            yield address
        finally:
            end(process)
