"""The two real corpora as dialogues, without the people who are later cloned and measured.

`read_ubuntu` and `read_topical` take the folder that holds `ubuntu-irc/` and `topical-chat/` as they are published.
The twenty most frequent speakers of the logs stand in `excluded_speakers.txt`; `without` takes every line of theirs
out, so that the model meets them for the first time when somebody clones them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

BOTS = frozenset({"ubottu", "ubotu"})
EXCLUDED_FILE = Path(__file__).with_name("excluded_speakers.txt")
_SAID = re.compile(r"^\[\d\d:\d\d\] <([^>]+)> ?(.*)$")
_ACTION = re.compile(r"^\[\d\d:\d\d\]\s+\* (\S+) (.*)$")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+")
_URL_LETTERS = "abcdefghijkmnopqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation, oldest line first; a line is (speaker, text), one message each."""

    name: str
    is_group: bool
    lines: tuple[tuple[str, str], ...]


def excluded_speakers(path: Path = EXCLUDED_FILE) -> frozenset[str]:
    """Read the nicks no word of whom may be trained on."""
    return frozenset(path.read_text(encoding="utf-8").split())


def same_person(nick: str, speakers: frozenset[str]) -> bool:
    """Say whether a nick is one of these or a variant of one.

    The twenty also write as `dr_willis` (399 messages), `Dr_willis`, `ActionParsnip1`, `bazhang_` …: 1,000 messages
    that a comparison of the exact nick would let through."""
    folded = _fold(nick)
    return any(folded == known or (len(known) > 4 and folded.startswith(known)) for known in map(_fold, speakers))


def _fold(nick: str) -> str:
    return re.sub(r"[^a-z0-9]", "", nick.lower())


def read_ubuntu(corpora: Path) -> list[Dialogue]:
    """Read every log of the Ubuntu channel: one dialogue a log, in the order of their dates; the bots are left out."""
    logs = sorted(corpora.glob("ubuntu-irc/data/*/*.raw.txt"), key=lambda path: path.name)
    if not logs:
        raise FileNotFoundError(f"no Ubuntu logs under {corpora / 'ubuntu-irc/data'}")
    dialogues = []
    for log in logs:
        lines = []
        for line in log.read_text(encoding="utf-8", errors="replace").split("\n"):
            match = _SAID.match(line) or _ACTION.match(line)
            if match and match[1] not in BOTS and match[2].strip():
                lines.append((match[1], match[2]))
        dialogues.append(Dialogue(log.name.removesuffix(".raw.txt"), True, tuple(lines)))
    return dialogues


def read_topical(corpora: Path) -> list[Dialogue]:
    """Read Topical-Chat: one dialogue a conversation of two nameless speakers, `agent_1` and `agent_2`."""
    dialogues = []
    with (corpora / "topical-chat" / "conversations.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            turns = tuple((str(who), str(text).strip()) for who, text in row["turns"] if str(text).strip())
            dialogues.append(Dialogue(str(row["id"]), False, turns))
    return dialogues


def speaker_counts(dialogues: Iterable[Dialogue]) -> Counter[str]:
    """Count the messages of every speaker."""
    return Counter(speaker for dialogue in dialogues for speaker, _ in dialogue.lines)


def without(dialogues: Iterable[Dialogue], speakers: frozenset[str]) -> list[Dialogue]:
    """Take every line of these speakers out, under any of their nicks, as targets and as context alike."""
    known: dict[str, bool] = {}
    kept = []
    for one in dialogues:
        for nick in {speaker for speaker, _ in one.lines} - known.keys():
            known[nick] = same_person(nick, speakers)
        kept.append(Dialogue(one.name, one.is_group, tuple(line for line in one.lines if not known[line[0]])))
    return kept


def is_held_out(dialogue: Dialogue) -> bool:
    """Say whether a Topical-Chat conversation belongs to the 2 % that only `measure` reads: its id, a UUID, decides."""
    return int(dialogue.name[-4:], 16) % 50 == 0


def surrogate_urls(text: str, rng: random.Random) -> str:
    """Replace every address by a random one, so that none is learnt by heart; the product's data carries surrogates
    too."""

    def address(_: re.Match[str]) -> str:
        return "https://example.com/" + "".join(rng.choices(_URL_LETTERS, k=4))

    return _URL.sub(address, text)
