"""Reading exports into typed rows, beside the parsers that people use today.

Ours makes typed rows: kinds, edits, attachments, group or not. whatstk and chat-miner make a table of time, name and text;
whatsapp-chat-parser objects of the same (with attachments); orjson only parses JSON and is the floor under any reader of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import orjson

from bench import chats, harness
from bench.harness import Row

CORPORA = Path(os.environ.get("CHATCLONE_CORPORA", harness.ROOT.parent / "shared" / "corpora"))
GENERATED = 200_000
MESSENGER = 1_000_000
_LONG = 10_000_000
_PYTHON_PEERS = {"whatstk": "whatstk>=0.9", "chatminer": "chat-miner>=0.6"}
"""Peers by their modules, which are also the names of their stages."""
_NODE_PEER = "whatsapp-chat-parser"


def run() -> list[Row]:
    """Run every comparison that this machine can."""
    folder = harness.CACHE / "readers"
    folder.mkdir(parents=True, exist_ok=True)
    return [*_whatsapp(folder), *_tables(folder), *_messenger(folder)]


def _whatsapp(folder: Path) -> Iterator[Row]:
    small, generated = folder / "small.txt", folder / "WhatsApp Chat with generated.txt"
    chats.whatsapp(small, 2_000)
    chats.whatsapp(generated, GENERATED)
    exports = {"whatsapp, generated": generated}
    ubuntu = _ubuntu(folder)
    if ubuntu:
        exports["whatsapp, ubuntu-irc"] = ubuntu / "WhatsApp Chat with ubuntu.txt"
    peers = {module: harness.peer_python(module, wanted) for module, wanted in _PYTHON_PEERS.items()}
    node = _node_peer()
    for stage, path in exports.items():
        ours = partial(harness.python, "bench.stages:whatsapp", str(path), small=str(small))
        for module, found in peers.items():
            if found is None:
                _say(f"{module} cannot be installed; its comparison is left out")
                continue
            interpreter, version = found
            theirs = partial(
                harness.python, f"bench.stages:{module}", str(path), small=str(small), interpreter=interpreter
            )
            yield harness.compare(stage, "messages", ours, theirs, module, version)
        if node is None:
            _say(f"no node, or {_NODE_PEER} cannot be installed; its comparison is left out")
        else:
            script, version = node
            yield harness.compare(
                stage, "messages", ours, partial(harness.node, script, str(path)), _NODE_PEER, version
            )
    long = folder / "WhatsApp Chat with many.txt"
    chats.whatsapp(long, _LONG)
    to_parquet = partial(harness.python, "bench.stages:whatsapp_to_parquet", str(long), small=str(small))
    yield harness.compare("whatsapp to Parquet", "messages", to_parquet, rounds=1)
    long.unlink()


def _tables(folder: Path) -> Iterator[Row]:
    ubuntu = _ubuntu(folder)
    if ubuntu:
        path, small = str(ubuntu / "ubuntu_irc.csv"), str(folder / "small.csv")
        Path(small).write_text("sent_at,sender,text\n2020-01-01T00:00:00Z,Ada,hi\n", encoding="utf-8")
        yield harness.compare(
            "table, ubuntu-irc CSV",
            "rows",
            partial(harness.python, "bench.stages:table", path, small=small),
            partial(harness.python, "bench.stages:csv_module", path, small=small),
            "csv.reader alone",
            ".".join(map(str, sys.version_info[:3])),
        )


def _messenger(folder: Path) -> Iterator[Row]:
    path, small = folder / "message_1.json", folder / "small.json"
    chats.messenger(small, 2_000)
    chats.messenger(path, MESSENGER)
    yield harness.compare(
        "messenger JSON with broken encoding",
        "messages",
        partial(harness.python, "bench.stages:messenger", str(path), small=str(small)),
        partial(harness.python, "bench.stages:orjson_alone", str(path), small=str(small)),
        "orjson.loads alone",
        orjson.__version__,
    )


def _ubuntu(folder: Path) -> Path | None:
    """The Ubuntu IRC logs as a WhatsApp export and a CSV, made by the corpus's own script; None where the corpus is not there."""
    script, out = CORPORA / "ubuntu-irc" / "convert.py", folder / "ubuntu"
    if not script.exists():
        _say(f"no corpus at {script.parent} (CHATCLONE_CORPORA says where); its stages are left out")
        return None
    if not (out / "ubuntu_irc.csv").exists():
        subprocess.run([sys.executable, str(script), str(out)], check=True, capture_output=True)  # noqa: S603 (our own corpus)
    return out


def _node_peer() -> tuple[Path, str] | None:
    """The script that runs whatsapp-chat-parser under node, and the parser's version; None without node or npm."""
    home = harness.CACHE / "node"
    package = home / "node_modules" / _NODE_PEER / "package.json"
    npm = shutil.which("npm")
    if not shutil.which("node") or npm is None:
        return None
    if not package.exists():
        home.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(home), _NODE_PEER]
        if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603 (our own command)
            return None
    script = home / "peer.mjs"
    shutil.copy(Path(__file__).with_name("whatsapp_chat_parser.mjs"), script)
    return script, json.loads(package.read_text(encoding="utf-8"))["version"]


def _say(line: str) -> None:
    print(line, file=sys.stderr)
