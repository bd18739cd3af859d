"""Looking at exports without keeping anything, and the questions that only a person can answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatclone_dagster.home import Home
from tests.conftest import ROOT, Chatclone
from tests.exports import CHAT, drop, messages

THREAD = {
    "participants": [{"name": "Ann"}, {"name": "Bo"}],
    "messages": [{"sender_name": "Ann", "timestamp_ms": 1_700_000_000_000, "content": "hi"}, {"sender_name": "Bo"}],
    "title": "Bo",
}


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person at the terminal."""
    monkeypatch.setattr("chatclone_dagster.cli.owner.somebody_is_there", lambda: True)
    monkeypatch.setattr("chatclone_dagster.cli.make.somebody_is_there", lambda: True)


def answers(monkeypatch: pytest.MonkeyPatch, *given: str) -> list[str]:
    """Answer what is asked, one after the other; the questions, as they come."""
    asked: list[str] = []
    left = iter(given)

    def ask(question: str, **_: object) -> str:
        asked.append(question)
        return next(left)

    monkeypatch.setattr("chatclone_dagster.cli.owner.Prompt.ask", ask)
    return asked


def folder_of_exports(tmp_path: Path) -> Path:
    folder = tmp_path / "Downloads"
    thread = folder / "messages" / "inbox" / "bo_1"
    thread.mkdir(parents=True)
    (thread / "message_1.json").write_text(json.dumps(THREAD))
    (folder / "WhatsApp Chat with Bo.txt").write_text(CHAT)
    (folder / "again.txt").write_text(CHAT)
    (folder / "short.txt").write_text("03/04/2024, 10:00 - Bo: when?\n")
    (folder / "notes.txt").write_text("buy milk")
    (folder / "IMG.jpg").write_bytes(b"x")
    return folder


def test_every_file_is_named_with_what_is_in_it_and_nothing_is_written(chatclone: Chatclone, tmp_path: Path) -> None:
    folder = folder_of_exports(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    said = chatclone("inspect", folder)
    assert said.code == 0
    assert sorted(tmp_path.rglob("*")) == before
    for told in (
        "WhatsApp Chat with Bo.txt 1 2 2024-03 dmy",
        "whatsapp android: 112 text",
        "messages/inbox/bo_1/message_1.json 1 1 2023-11",
        "dmy 50%",
        "short.txt:1: nothing tells day and month apart; they are read as dmy",
        "message_1.json:1: a message without a readable time",
        "notes.txt: no reader recognises it",
        "whatsapp 2 1 1 113",
        "messenger 1 0 1 1",
        "2 files not read; 1 more with the chats",
        "Who could you be?",
    ):
        assert told in said.words, told
    assert "same content as" in said.words
    assert "not much" not in said.words, "nobody's words"


def test_one_json_object_a_file(chatclone: Chatclone, tmp_path: Path) -> None:
    said = chatclone("inspect", folder_of_exports(tmp_path), "--format", "json")
    found = {item["file"]: item for item in map(json.loads, said.out.splitlines())}
    assert found["IMG.jpg"]["reason"] == "media"
    thread = found["messages/inbox/bo_1/message_1.json"]
    assert (thread["source"], thread["rows"], thread["kinds"], thread["chats"]) == ("messenger", 1, {"text": 1}, 1)
    assert [(place["position"], place["is_row"]) for place in thread["unread"]] == [(1, True)]
    assert found["short.txt"]["facts"]["date_order"] == "dmy"


def test_the_home_is_looked_at_where_nothing_is_named(chatclone: Chatclone, home: Home, tmp_path: Path) -> None:
    assert "say what to look at" in chatclone("inspect", "--home", tmp_path / "none").words
    drop(home, "short.txt", "03/04/2024, 10:00 - Bo: when?\n")
    drop(home, "table.csv", "when,who,what\n2024-01-01,Bo,hi\n")
    with home.settings_file.open("a") as file:
        file.write("[[reading.files]]\nmatch = 'short.txt'\ndate_order = 'mdy'\n")
        file.write("[[reading.tables]]\nmatch = '*.csv'\ncolumns = {sent_at = 'when', sender = 'who', text = 'what'}\n")
    before = sorted(home.root.rglob("*"))
    said = chatclone("inspect", "--home", home.root)
    assert "short.txt 1 1 2024-03 mdy" in said.words
    assert "table csv: 1 text" in said.words
    assert sorted(home.root.rglob("*")) == before
    assert chatclone("inspect", tmp_path / "missing.zip").code == 2


def test_the_samples_say_whose_they_are(chatclone: Chatclone) -> None:
    said = chatclone("inspect", ROOT / "samples" / "exports")
    assert "The exports say that you are 'Mira Solberg'." in said.words


def test_init_asks_who_you_are_and_where(chatclone: Chatclone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody(monkeypatch)
    asked = answers(monkeypatch, "Ann", "Mars", "Europe/Vienna")
    said = chatclone("init", tmp_path / "new")
    settings = Home(tmp_path / "new").settings
    assert (settings.me.name, settings.time.zone) == ("Ann", "Europe/Vienna")
    assert [question.split(" ")[0] for question in asked] == ["Your", "The", "The"]
    assert "'Mars' is no time zone" in said.words
    chatclone("init", tmp_path / "new")
    assert len(asked) == 3, "once is enough"


def test_init_in_a_folder_with_exports_asks_which_of_the_people_you_are(
    chatclone: Chatclone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "new")
    drop(home, "WhatsApp Chat with Bo.txt", CHAT)
    somebody(monkeypatch)
    answers(monkeypatch, "2", "UTC")
    assert "Who are you in these chats?" in chatclone("init", home.root).words
    assert Home(home.root).settings.me.name == "Bo"


def test_init_where_nobody_is_there_asks_nothing(chatclone: Chatclone, tmp_path: Path) -> None:
    assert chatclone("init", tmp_path / "new", "--me", "Ann").code == 0
    assert Home(tmp_path / "new").settings.me.name == "Ann"
    assert chatclone("init", tmp_path / "other").code == 0


def test_whoever_is_there_is_asked_who_they_are(
    chatclone: Chatclone, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.change(me__name="", dataset__min_replies=10_000)
    drop(home, "WhatsApp Chat with [b].txt", CHAT.replace("Bo", "Bo [/]"))
    asked: list[str] = []

    def answer(question: str, **_: object) -> str:
        asked.append(question)
        return "2"

    monkeypatch.setattr("chatclone_dagster.cli.owner.Prompt.ask", answer)
    somebody(monkeypatch)
    said = chatclone("run", "--home", home.root)
    assert asked == ["A number, or your name"]
    assert "Who are you in these chats?" in said.words
    assert Home(home.root).settings.me.name == "Bo [/]"
    assert messages(home) == 112
    chatclone("run", "--home", home.root)
    assert len(asked) == 1, "once is enough"
