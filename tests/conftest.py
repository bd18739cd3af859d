"""Fixtures: homes in temporary folders, a tiny base model made on the spot, and no way out to the network."""

from __future__ import annotations

import io
import os
import shutil
import socket
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import settings
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from chatclone_dagster import cli
from chatclone_dagster.home import Home
from tests.history import make_history
from tests.tiny import make_tiny_base

settings.register_profile("chatclone", deadline=None, max_examples=50)  # no test fails because the machine is busy
settings.load_profile("chatclone")

ROOT = Path(__file__).parent.parent
TINY_RECIPE = {
    "rank": 4,
    "alpha": 8,
    "learning_rate": 0.01,
    "epochs": 1,
    "batch_size": 16,
    "precision": "fp32",
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Under `make test-all` a skip is a failure: something the tests need was not installed."""
    report = yield
    if report.skipped and os.environ.get("CHATCLONE_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def no_home_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep tests away from any home the person running them has."""
    for name in ("CHATCLONE_HOME", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "nobody")


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama of 100,000 parameters with a tokenizer of the sample chats."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "samples/exports").rglob("*.txt"))]
    return make_tiny_base(tmp_path_factory.mktemp("tiny"), texts)


@pytest.fixture
def tokenizer(tiny_base: Path) -> PreTrainedTokenizerBase:
    """Its tokenizer, which a test may change."""
    made: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(tiny_base)
    return made


def write_home(root: Path, settings: str, base: Path) -> Home:
    """Make a home whose owner is cloned on a base in a folder, by a recipe that takes seconds."""
    home = Home(root)
    home.create(f'{settings}\n[personas.me]\nbase = "{base.as_posix()}"\nrecipe = "tiny.yaml"\n')
    (home.root / "tiny.yaml").write_text(yaml.safe_dump(TINY_RECIPE), encoding="utf-8")
    return home


def write_sample_home(root: Path, base: Path) -> Home:
    """Make a home with the sample exports and their settings, nothing materialized."""
    home = write_home(root, (ROOT / "samples/chatclone.toml").read_text(encoding="utf-8"), base)
    shutil.copytree(ROOT / "samples/exports", home.exports, dirs_exist_ok=True)
    return home


@pytest.fixture(scope="session")
def sample_history(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The sample exports read and laid out by the SQL models; not to be changed."""
    home = Home(tmp_path_factory.mktemp("history") / "home")
    home.create((ROOT / "samples/chatclone.toml").read_text(encoding="utf-8"))
    shutil.copytree(ROOT / "samples/exports", home.exports, dirs_exist_ok=True)
    make_history(home)
    return home


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """Everything printed, on one line, however the terminal wrapped it."""
        return " ".join((self.out + self.err).split())


Chatclone = Callable[..., Said]


@pytest.fixture
def chatclone(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Chatclone:
    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["chatclone", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = Said(code, *capsys.readouterr())
        assert "Traceback" not in said.out + said.err
        return said

    return run


@pytest.fixture
def home(tmp_path: Path, tiny_base: Path) -> Home:
    """A home of Ann's without exports, in which five replies are enough for each part of the split."""
    return write_home(tmp_path / "home", "[me]\nname = 'Ann'\n[dataset]\nmin_replies = 5\n", tiny_base)


@pytest.fixture
def berlin(tmp_path: Path) -> Home:
    """A home of Ann's in Berlin, whose settings file has comments and aliases."""
    home = Home(tmp_path / "home")
    home.create(
        '# who I am\n[me]\nname = "Ann"  # me\n\n[time]\nzone = "Europe/Berlin"\n\n[people]\n# from school\n"Zoe" = ["Zo"]\n'
    )
    return home


@pytest.fixture(scope="session")
def told_home(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Home:
    """The home of tests/told.py, materialized once; to be copied, not spoilt."""
    from tests.told import make_told_home  # noqa: PLC0415  it imports this module

    return make_told_home(tmp_path_factory.mktemp("told") / "home", tiny_base)
