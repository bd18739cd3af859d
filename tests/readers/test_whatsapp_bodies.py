"""WhatsApp exports: what a message is, and what the file says of its chat."""

from __future__ import annotations

import pytest

from chatclone_dagster.readers import whatsapp
from chatclone_dagster.readers.contract import ReadOptions, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.whatsapp import source
from chatclone_dagster.readers.whatsapp.written import first_line
from tests.readers.reading import export, read

LRM = "\u200e"


def rows(content: str, name: str = "WhatsApp Chat with Ada.txt", **options: object) -> list[dict[str, object]]:
    return read(whatsapp, export(content, name), ReadOptions(**options)).rows  # type: ignore[arg-type]


# --- bodies ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind", "text", "attachments"),
    [
        ("<Media omitted>", "media", "", []),
        ("<Media omitted>\nlook at this", "media", "look at this", []),
        (f"{LRM}image omitted", "media", "", []),
        (f"{LRM}Bild weggelassen", "media", "", []),
        (f"{LRM}audio omitted", "voice", "", []),
        (f"{LRM}GIF omitted", "media", "", []),
        (f"Plan.pdf • {LRM}2 pages {LRM}document omitted", "media", "Plan.pdf • 2 pages", []),
        ("IMG-20240313-WA0001.jpg (file attached)", "media", "", ["IMG-20240313-WA0001.jpg"]),
        (f"{LRM}IMG-20240313-WA0001.jpg (Datei angehängt)\nfroh", "media", "froh", ["IMG-20240313-WA0001.jpg"]),
        ("IMG-20240313-WA0001.jpg (in no language we know)", "media", "", ["IMG-20240313-WA0001.jpg"]),
        (f"{LRM}<attached: 00000042-PHOTO-2020.jpg>", "media", "", ["00000042-PHOTO-2020.jpg"]),
        (f"so nice {LRM}<attached: 00000042-PHOTO-2020.jpg>", "media", "so nice", ["00000042-PHOTO-2020.jpg"]),
        (f"{LRM}<Anhang: 00000021-VCARD.vcf>", "contact", "", ["00000021-VCARD.vcf"]),
        (f"{LRM}<bifogad: 00000021-STICKER-2020.webp>", "sticker", "", ["00000021-STICKER-2020.webp"]),
        (f"{LRM}<attached: 00000021-AUDIO-2020-01-01.opus>", "voice", "", ["00000021-AUDIO-2020-01-01.opus"]),
        ("PTT-20240313-WA0001.opus (file attached)", "voice", "", ["PTT-20240313-WA0001.opus"]),
        (f"2015-08-04-PHOTO-1.jpg <{LRM}attached>", "media", "", ["2015-08-04-PHOTO-1.jpg"]),
        (f"{LRM}<xyzzy: 00000042-PHOTO-2020.jpg>", "media", "", ["00000042-PHOTO-2020.jpg"]),
        ("<pièce jointe\u00a0: 00000042-PHOTO-2020.jpg>", "media", "", ["00000042-PHOTO-2020.jpg"]),
        ("<附件：00000042-PHOTO-2020.jpg>", "media", "", ["00000042-PHOTO-2020.jpg"]),
        ("DOC-20240313-WA0001. (file attached)", "media", "", ["DOC-20240313-WA0001."]),
        (
            f"{LRM}POLL:\nWhere?\n{LRM}OPTION: Here (1 vote)\n{LRM}OPTION: There (0 votes)",
            "poll",
            "Where?\nHere\nThere",
            [],
        ),
        (f"{LRM}XYZ:\nWhere?\n{LRM}ABC: Here (1 xx)", "poll", "Where?\nHere", []),
        ("Location: https://maps.google.com/?q=52.5,13.4", "location", "", ["https://maps.google.com/?q=52.5,13.4"]),
        ("Bar (Str. 1): https://foursquare.com/v/4b1", "location", "Bar (Str. 1)", ["https://foursquare.com/v/4b1"]),
        ("位置：https://maps.google.com/?q=52.5,13.4", "location", "", ["https://maps.google.com/?q=52.5,13.4"]),
        ("live location shared", "location", "", []),
        ("SONDAGE\u00a0:\nOù ?\nOPTION\u00a0: Ici (1 vote)\nOPTION\u00a0: Là (0 vote)", "poll", "Où ?\nIci\nLà", []),
        (f"{LRM}Missed voice call", "call", "", []),
        (f"{LRM}Video call, {LRM}5 min", "call", "", []),
        ("Voice call. No answer", "call", "", []),
        ("This message was deleted", "deleted", "", []),
        ("Message deleted", "deleted", "", []),
        ("此訊息已刪除", "deleted", "", []),
        ("This message was deleted by admin Ada.", "deleted", "", []),
        ("Waiting for this message. This may take a while.", "unavailable", "", []),
        ("<View once voice message omitted>", "unavailable", "", []),
        (f"for you\n{LRM}<View once video omitted>", "media", "for you", []),
        ("null", "unavailable", "", []),
        ("", "unavailable", "", []),
        (f"{LRM}Ada changed this group's icon", "system", "Ada changed this group's icon", []),
        (f"{LRM}something new that the app says", "system", "something new that the app says", []),
        ("Messages and calls are end-to-end encrypted. Tap to learn more.", "system", None, []),
        ("I was told: image omitted", "text", None, []),
        ("Tom left", "text", None, []),
        ("Llamada perdida", "text", None, []),
        (f"{LRM}Llamada perdida", "call", "", []),
        ("Voice call", "text", None, []),
        ("see IMG-1.jpg (not attached)", "text", None, []),
        ("my place: https://maps.google.com/?q=1,2", "text", None, []),
        ("<3", "text", None, []),
        ("a > b", "text", None, []),
        ("You removed my history", "text", None, []),
    ],
)
def test_kinds_of_bodies(body: str, kind: str, text: str | None, attachments: list[str]) -> None:
    (row,) = rows(f"13/06/2018, 10:00 - Ada: {body}\n")
    assert (row["kind"], row["text"], row["attachments"]) == (kind, body if text is None else text, attachments)
    assert row["sender_name"] == (None if kind == "system" else "Ada")


def test_a_mark_before_a_body_says_nothing_where_names_have_one_too() -> None:
    content = f"[13/06/2018, 10:00:00] {LRM}Ada: {LRM}good morning\n[13/06/2018, 10:01:00] {LRM}You: {LRM}You pinned a message\n"
    assert [(row["sender_name"], row["kind"]) for row in rows(content)] == [("Ada", "text"), (None, "system")]


def test_edited_messages() -> None:
    content = (
        f"13/06/2018, 10:00 - Ada: new {LRM}<This message was edited>\n13/06/2018, 10:01 - Ada: x {LRM}<Xyz zyx>\n"
    )
    assert [(row["text"], row["edited"]) for row in rows(content)] == [("new", True), ("x", True)]


def test_only_the_owner_reads_you_deleted_this_message() -> None:
    content = "13/06/2018, 10:00 - Ada: You deleted this message\n13/06/2018, 10:01 - Bo: This message was deleted\n"
    assert [(row["kind"], row["from_owner"]) for row in rows(content)] == [("deleted", True), ("deleted", None)]


def test_a_placeholder_in_an_unknown_language_gives_itself_away_by_repetition() -> None:
    lines = [f"[13/06/2018, 10:0{n}:00] {who}: {LRM}xyzzy plugh\n" for n, who in enumerate(("Ada", "Bo", "Ada"))]
    assert [row["kind"] for row in rows("".join(lines))] == ["media"] * 3
    android = [f"13/06/2018, 10:0{n} - {who}: <xyzzy plugh>\n" for n, who in enumerate(("Ada", "Bo", "Ada"))]
    assert [row["kind"] for row in rows("".join(android))] == ["media"] * 3
    assert [row["kind"] for row in rows("".join(android[:1]))] == ["text"]


def test_sentences_of_the_app_under_a_name() -> None:
    content = (
        "[14.08.2024, 21:00:10] Chess: Messages and calls are end-to-end encrypted.\n"
        "[14.08.2024, 21:00:10] Boris: Boris created group “Chess”\n"
        "[14.08.2024, 21:00:11] Chess: Boris added you\n"
        "[14.08.2024, 21:00:12] Boris: Anna left\n"
    )
    found = rows(content)
    assert [row["kind"] for row in found] == ["system", "system", "system", "text"]
    assert {row["is_group"] for row in found} == {True}


def test_a_missed_call_without_a_name_is_a_call() -> None:
    assert rows("13/06/2018, 10:00 - Missed voice call\n")[0]["kind"] == "call"


# --- the chat ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("WhatsApp Chat with Ada.txt", "Ada"),
        ("WhatsApp Chat with Ada (1).txt", "Ada"),
        ("chats/WhatsApp-Chat mit Ada Lovelace.zip!WhatsApp-Chat mit Ada Lovelace.txt", "Ada Lovelace"),
        ("WhatsApp Chat - Ada (2).zip!_chat.txt", "Ada"),
        ("phone/Chat de WhatsApp con Ada/_chat.txt", "Ada"),
        ("_chat.txt", "_chat"),
        ("与Ada的 WhatsApp 聊天.txt", "Ada"),
        ("Ada ile WhatsApp Sohbeti.txt", "Ada"),
        ("notes.txt", "notes"),
    ],
)
def test_titles(path: str, title: str) -> None:
    assert rows("13/06/2018, 10:00 - Ada: hi\n", path)[0]["conversation_name"] == title


@pytest.mark.parametrize(
    ("content", "is_group"),
    [
        ("13/06/2018, 10:00 - Ada: hi\n13/06/2018, 10:01 - Bo: hi\n", False),
        ("13/06/2018, 10:00 - Eve: hi\n13/06/2018, 10:01 - Bo: hi\n", None),
        ("13/06/2018, 10:00 - Eve: hi\n13/06/2018, 10:01 - Bo: hi\n13/06/2018, 10:01 - Al: hi\n", True),
        ("13/06/2018, 10:00 - Bo added Al\n13/06/2018, 10:01 - Ada: hi\n", True),
        ("13/06/2018, 10:00 - Messages and calls are end-to-end encrypted.\n13/06/2018, 10:01 - Ada: hi\n", False),
    ],
)
def test_groups(content: str, is_group: bool | None) -> None:
    assert {row["is_group"] for row in rows(content)} == {is_group}


def test_text_before_the_first_message_is_reported() -> None:
    reading = read(whatsapp, export("exported by hand\n13/06/2018, 10:00 - Ada: hi\n"))
    assert len(reading.rows) == 1
    assert ["before the first message" in reason for reason in reading.reasons] == [True]


def test_a_file_without_any_message() -> None:
    with pytest.raises(UnreadableError):
        rows("just a text\nof two lines\n")
    assert whatsapp.sniff(export("just a text\nof two lines\n", "notes.txt")) is None


def test_confidence_follows_name_and_content() -> None:
    content = "13/06/2018, 10:00 - Ada: hi\n"
    named, other = whatsapp.sniff(export(content)), whatsapp.sniff(export(content, "notes.txt"))
    assert named is not None
    assert other is not None
    assert named.confidence > other.confidence > 0
    assert whatsapp.sniff(export(content, "chat.md")) is None


@pytest.mark.parametrize("first", ["", f"[01/01/2010, 10:00:00] {first_line('whatsapp', 'UTC', None, 'Chat')}\n"])
def test_a_file_longer_than_a_block_gives_the_same_rows(monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    content = first + "".join(
        f"[{1 + n % 28:02}/{1 + n // 28 % 12:02}/{2010 + n // 336}, 10:00:00] Ada: line {n}\nmore\n"
        for n in range(3000)
    )
    whole = rows(content)
    assert [len(whole), whole[-1]["text"]] == [3000, "line 2999\nmore"]
    monkeypatch.setattr(text.blocks, "__defaults__", (None, 1000, None))
    monkeypatch.setattr(source, "_KEPT", 0)
    assert rows(content) == whole
