"""The command line as a person uses it, and every bad input as one clear line beside good files that go through."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from pathlib import Path

import duckdb
import pytest

from chatclone_dagster.home import Home
from tests.conftest import Chatclone
from tests.exports import CHAT, drop, messages


def test_from_a_file_to_an_answer(chatclone: Chatclone, home: Home, tmp_path: Path) -> None:
    export = tmp_path / "WhatsApp Chat with Bo.txt"
    export.write_text(CHAT)
    said = chatclone("run", export, "--home", home.root, "--no-chat")
    assert said.code == 0, said.words
    assert "1 file, new or changed, copied" in said.words
    assert "whatsapp android" in said.words
    assert re.search(r"✓ adapter \d+", said.words)
    assert "This clone " in said.words
    assert "clone_card/me.html" in said.words
    card = home.document("clone_card.html", "me").read_text(encoding="utf-8")
    assert "Ann’s clone" in card

    again = chatclone("run", export, "--home", home.root, "--no-chat")
    assert "0 files, new or changed, copied" in again.words
    assert "Everything is up to date: nothing to do." in again.words
    assert "nothing to do" in chatclone("plan", "--home", home.root).words

    answer = chatclone("reply", "what is up", "--home", home.root, "--seed", "7")
    assert answer.code == 0
    assert answer.out.strip()
    assert chatclone("reply", "what is up", "--home", home.root, "--seed", "7").out == answer.out
    assert chatclone("reply", "what is up", "--home", home.root, "--base").out != answer.out

    rows = chatclone(
        "query", "select sender_name, texts from people order by 1", "--home", home.root, "--format", "json"
    )
    assert [json.loads(line) for line in rows.out.splitlines()] == [
        {"sender_name": "Ann", "texts": 56},
        {"sender_name": "Bo", "texts": 56},
    ]
    assert chatclone("query", "select 1 as a", "--home", home.root, "--format", "csv").out.splitlines() == ["a", "1"]
    assert "people" in chatclone("query", "show tables", "--home", home.root).words
    wrong = chatclone("query", "select nothing from nowhere", "--home", home.root)
    assert wrong.code == 2
    assert "nowhere" in wrong.err
    with duckdb.connect(str(home.warehouse), read_only=True) as client:
        assert client.execute("select count(*) from turns").fetchall() == [(112,)]
        assert client.execute("select count(*) from training_pairs where split = 'test'").fetchall()[0][0] >= 5

    doctor = chatclone("doctor", "--home", home.root).words
    assert re.search(r"To train on [\d,]+ tokens \(as in this home\)", doctor)
    assert "Qwen/Qwen3-0.6B" in doctor


def test_a_home_is_made_where_there_is_none(chatclone: Chatclone, tmp_path: Path) -> None:
    export = tmp_path / "WhatsApp Chat with Bo.txt"
    export.write_text("01/03/2024, 10:00 - Bo: hi\n01/03/2024, 10:01 - Ann: hey\n")
    said = chatclone("run", export, "--home", tmp_path / "new", "--me", "Ann", "--no-chat")
    assert "Made a home in" in said.words
    assert said.code == 1
    assert "Ann has 1 replies to work with" in said.words
    assert "about 200 in all: add more exports" in said.words
    assert Home(tmp_path / "new").settings.me.name == "Ann"
    assert messages(Home(tmp_path / "new")) == 2, "what could be done is kept"


def test_an_empty_folder(chatclone: Chatclone, home: Home) -> None:
    said = chatclone("run", "--home", home.root, "--no-chat")
    assert said.code == 2
    assert "no message could be read here; drop in an export and run again" in said.words


def test_a_path_that_is_not_there_and_a_home_that_is_none(chatclone: Chatclone, home: Home, tmp_path: Path) -> None:
    said = chatclone("run", tmp_path / "nowhere.zip", "--home", home.root)
    assert (said.code, "nowhere.zip: there is no such file or folder" in said.words) == (2, True)
    said = chatclone("run", "--home", tmp_path / "none")
    assert (said.code, "is no home yet; make one with: chatclone init" in said.words) == (2, True)
    said = chatclone("reply", "hi", "--home", home.root)
    assert (said.code, "there is no clone of 'me' yet; make one with: chatclone run" in said.words) == (2, True)


def bomb() -> bytes:
    """A zip of four megabytes that unpacks to four gigabytes of zeros.

    Made of one packed block repeated, and the headers of the archive set to match: packing it all would take a minute.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 26)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("_chat.txt", block * 62 + packer.flush())
    raw = bytearray(packed.getvalue())
    for method, size in ((8, 22), (raw.index(b"PK\x01\x02") + 10, raw.index(b"PK\x01\x02") + 24)):
        struct.pack_into("<H", raw, method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", raw, size, 62 << 26)
    return bytes(raw)


def climbing() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("../../outside.txt"), CHAT)  # no time of day in the bytes
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", b"", "empty.txt: the file is empty"),
        ("noise.txt", bytes(range(256)) * 40, "noise.txt: "),
        (
            "messages/inbox/bo_1/message_1.json",
            b'{"participants": [{"name": "Bo"}], "messages": [{"sender_na',
            "message_1.json",
        ),
        ("climbing.zip", climbing(), "climbing.zip"),
        ("torn.zip", climbing()[:60], "torn.zip: "),
        ("letter.txt", b"Dear Bo,\nhow are you?\n", "letter.txt: no reader recognises it"),
    ],
)
def test_a_bad_file_is_one_line_and_the_good_one_beside_it_goes_through(
    name: str, content: bytes, told: str, chatclone: Chatclone, home: Home
) -> None:
    home.change(dataset__min_replies=10_000)  # stop before training: it is the reading that is tested
    drop(home, name, content)
    drop(home, "WhatsApp Chat with Bo.txt", CHAT)
    said = chatclone("run", "--home", home.root, "--no-chat")
    assert said.code == 1
    assert told in said.words
    assert messages(home) == 112
    assert not (home.exports.parent / "outside.txt").exists()


def test_a_bomb_is_refused_in_no_time_and_without_memory(chatclone: Chatclone, home: Home) -> None:
    home.change(dataset__min_replies=10_000)
    drop(home, "bomb.zip", bomb())
    drop(home, "WhatsApp Chat with Bo.txt", CHAT)
    said = chatclone("run", "--home", home.root, "--no-chat")
    assert "bomb.zip" in said.words
    assert "bomb" in said.words.replace("bomb.zip", "", 1)
    assert messages(home) == 112


def test_chats_in_which_i_never_speak(chatclone: Chatclone, home: Home) -> None:
    # Other words at another hour: the same ones under another name are one chat, told by two phones.
    other = {
        "Ann": "Dee",
        " 10:": " 18:",
        "what is up": "any news",
        "not much": "none at all",
        "ok then": "oh well",
        "bye": "so long",
    }
    cy = CHAT
    for said_before, instead in other.items():
        cy = cy.replace(said_before, instead)
    drop(home, "WhatsApp Chat with Cy.txt", cy)
    said = chatclone("run", "--home", home.root, "--no-chat")
    assert said.code == 1
    assert "me.name: 'Ann' wrote nothing here; who wrote: Bo (56 messages in 1 chat), Dee (56" in said.words
    home.change(dataset__min_replies=10_000)
    drop(home, "WhatsApp Chat with Bo.txt", CHAT)
    said = chatclone("run", "--home", home.root, "--no-chat")
    assert "messages: the_owner_speaks_in_every_chat chats_without_you Cy" in said.words
    assert messages(home) == 224


def test_a_chat_too_small_to_learn_from_is_left_out_by_name(chatclone: Chatclone, home: Home) -> None:
    home.change(dataset__min_replies=10_000)
    drop(home, "WhatsApp Chat with Bo.txt", CHAT)
    drop(home, "WhatsApp Chat with +49 171 3920042.txt", "01/03/2024, 10:00 - +49 171 3920042: hello?\n")
    said = chatclone("run", "--home", home.root, "--no-chat")
    assert re.search(r"no_chat_left_out too_small_to_learn_from \+49 555 \S+ \(one_message\)", said.words)
    assert messages(home) == 112


def test_nobody_is_asked_when_nobody_is_there_to_answer(chatclone: Chatclone, home: Home) -> None:
    home.change(me__name="")
    drop(home, "WhatsApp Chat with Bo.txt", CHAT)
    said = chatclone("run", "--home", home.root)
    assert said.code == 1
    assert "me.name: say who you are; who wrote: Ann (56 messages in 1 chat), Bo" in said.words


def test_a_person_who_is_nowhere_and_one_who_was_not_asked(chatclone: Chatclone, home: Home) -> None:
    drop(home, "WhatsApp Chat with Bo.txt", CHAT)
    text = home.settings_file.read_text()
    consent = "consent = { by = 'Zed', date = 2026-01-01, how = 'by letter' }"
    home.settings_file.write_text(f"{text}\n[personas.zed]\nwho = 'Zed'\n{consent}\n[personas.bo]\nwho = 'Bo'\n")
    said = chatclone("run", "--home", home.root, "--persona", "zed", "--no-chat")
    assert said.code == 1
    assert "personas.zed.who: nobody called 'Zed' wrote anything; there are Ann, Bo" in said.words
    said = chatclone("run", "--home", home.root, "--persona", "bo", "--no-chat")
    assert said.code == 2
    assert "personas.bo.consent: cloning Bo needs their consent" in said.words
    said = chatclone("run", "--home", home.root, "--persona", "who", "--no-chat")
    assert (said.code, "personas: there is no 'who'; known: me, zed, bo" in said.words) == (2, True)


def test_one_source_alone(chatclone: Chatclone, home: Home) -> None:
    home.change(dataset__min_replies=10_000)
    drop(home, "WhatsApp Chat with Bo.txt", CHAT)
    drop(home, "t.csv", "sent_at,sender,text,conversation\n2024-01-01 10:00:00,Ann,a,x\n2024-01-01 10:01:00,Bo,b,x\n")
    said = chatclone("run", "--home", home.root, "--source", "whatsapp", "--no-chat")
    assert "✓ raw/whatsapp" in said.words
    assert "raw/table" not in said.words
    assert messages(home) == 112
    chatclone("run", "--home", home.root, "--no-chat")
    assert messages(home) == 114


def test_a_source_that_is_none(chatclone: Chatclone, home: Home) -> None:
    drop(home, "WhatsApp Chat with Bo.txt", CHAT)
    said = chatclone("run", "--home", home.root, "--source", "watsapp", "--no-chat")
    assert said.code == 2
    assert "--source watsapp: there is no such reader; there are whatsapp, messenger" in said.words
