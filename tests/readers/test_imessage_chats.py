"""Messages' database: people with several handles, chats that were split, and versions that lack tables or columns."""

from __future__ import annotations

from typing import Any

import pytest

from chatclone_dagster.readers import imessage
from tests.readers.reading import Reading, export, read
from tests.readers.writing.imessage import TABLES, Messages, summary
from tests.readers.writing.typedstream import plain

ADA, ADAS_MAIL, BO, CY = "+491700000001", "ada@example.org", "+491700000002", "+491700000003"


def reading_of(database: Messages) -> Reading:
    return read(imessage, export(database.files()["chat.db"], "chat.db"))


def keys(database: Messages) -> list[tuple[str, str, bool | None]]:
    return [(row["conversation_key"], row["conversation_name"], row["is_group"]) for row in reading_of(database).rows]


def test_a_person_is_one_over_services_and_addresses() -> None:
    database = Messages()
    handles = [
        database.add("handle", id=name, service=service, person_centric_id=person)
        for name, service, person in (
            (ADAS_MAIL, "iMessage", "A"),
            (ADA, "SMS", "A"),
            (ADA, "iMessage", "A"),
            (BO, "SMS", ""),
        )
    ]
    for handle, name in zip(handles, (ADAS_MAIL, ADA, ADA, BO), strict=True):
        chat = database.chat(handle, style=45, chat_identifier=name, group_id=f"G{handle}")
        database.message(chat, text="hi", handle_id=handle)
    rows = reading_of(database).rows
    assert [row["conversation_key"] for row in rows] == [ADA, ADA, ADA, BO]
    assert [row["sender_key"] for row in rows] == [ADA, ADA, ADA, BO]
    assert [row["sender_name"] for row in rows] == [ADAS_MAIL, ADA, ADA, BO]


def group(*names: str | None, ids: tuple[str, ...] = (), people: tuple[tuple[int, ...], ...] = ()) -> list[str]:
    """The conversations of chats of these names, ids and people, one message in each."""
    database = Messages()
    for name in (ADA, BO, CY):
        database.add("handle", id=name)
    for number, title in enumerate(names):
        members = people[number] if people else (1, 2)
        columns: dict[str, Any] = {
            "style": 43,
            "display_name": title,
            "chat_identifier": f"chat{number}",
            "service_name": "SMS",
        }
        chat = database.chat(*members, **columns, group_id=ids[number] if ids else f"G{number}")
        database.message(chat, text="hi", handle_id=1)
    return [key for key, _, is_group in keys(database) if is_group]


def test_groups_that_were_split() -> None:
    assert group(None, None) == ["G0", "G0"]
    assert group("Chess", None) == ["G0", "G0"]
    assert group("Chess", "Chess") == ["G0", "G0"]
    assert group("Chess", "Go") == ["G0", "G1"]
    assert group("Chess", "Go", None) == ["G0", "G1", "G2"]
    assert group(None, None, people=((1, 2), (1, 3))) == ["G0", "G1"]
    assert group(None, None, ids=("X", "X"), people=((1, 2), (1, 2, 3))) == ["X", "X"]
    assert group(None, None, people=((), ())) == ["G0", "G1"]


def test_a_group_is_named_by_iMessage_and_by_its_people() -> None:  # noqa: N802 (its name)
    database = Messages()
    ada, bo = database.add("handle", id=ADA), database.add("handle", id=BO)
    for service, group_id in (("SMS", "A"), ("iMessage", "B")):
        chat = database.chat(ada, bo, guid=f"{service};+;chat{group_id}", group_id=group_id, service_name=service)
        database.message(chat, text="hi", handle_id=bo)
    assert keys(database) == [("B", f"{ADA}, {BO}", True)] * 2


def test_messages_in_no_chat() -> None:
    database = Messages()
    ada = database.add("handle", id=ADA)
    room = database.chat(ada, style=43, room_name="chat7", display_name="Chess", group_id="G")
    database.chat(ada, style=45, chat_identifier=ADA)
    database.message(text="in a room", cache_roomnames="chat7", handle_id=ada)
    database.message(text="to a person", handle_id=ada)
    database.message(text="to nobody")
    database.message(99, text="in a chat that is gone", handle_id=ada)
    database.message(room, 99, text="in two", handle_id=ada)
    assert [key for key, _, _ in keys(database)] == ["G", ADA, "orphaned", "chat 99", "G"]


def test_a_sender_that_is_not_said() -> None:
    database = Messages()
    ada, bo = database.add("handle", id=ADA), database.add("handle", id=BO)
    alone, group = database.chat(ada, style=45, chat_identifier=ADA), database.chat(ada, bo, style=43, group_id="G")
    for chat in (alone, group):
        database.message(chat, text="hi", handle_id=0)
        database.message(chat, text="hi", handle_id=77)
    assert [row["sender_key"] for row in reading_of(database).rows] == [ADA, ADA, "Unknown", "handle 77"]


def test_whose_location_is_shared() -> None:
    database = Messages()
    ada = database.add("handle", id=ADA)
    chat = database.chat(ada, style=45, chat_identifier=ADA)
    database.message(chat, item_type=4, other_handle=ada, share_direction=0)
    database.message(chat, item_type=4, other_handle=ada, share_direction=1, handle_id=ada)
    assert [row["from_owner"] for row in reading_of(database).rows] == [True, False]


OPTIONAL = [table for table in TABLES if table != "message"]
OPTIONAL += [
    f"message.{column.split()[0]}" for column in TABLES["message"].split(", ")[4:] if column.split()[0] != "date"
]
OPTIONAL += ["handle.person_centric_id", "chat.group_id", "chat.style", "attachment.hide_attachment", "attachment.guid"]


@pytest.mark.parametrize("missing", OPTIONAL)
def test_whatever_a_version_lacks(missing: str) -> None:
    database = Messages(missing=[missing])
    ada = database.add("handle", id=ADA)
    chat = database.chat(ada, style=45, chat_identifier=ADA, group_id="G", guid=f"any;-;{ADA}")
    root = database.message(chat, text="root", handle_id=ada)
    database.message(
        chat, attributedBody=plain("new"), handle_id=ada, message_summary_info=summary({0: [plain("old")]})
    )
    database.attach(root, filename="~/1.jpg")
    database.message(chat, handle_id=ada, associated_message_type=2000, associated_message_guid=f"p:0/{root}")
    reading = reading_of(database)
    assert reading.issues == []
    assert reading.column("text")[0] == "root"
    assert len(reading.rows) == 3


def test_a_database_with_messages_only() -> None:
    database = Messages(missing=OPTIONAL)
    database.message(text="hi")
    (row,) = reading_of(database).rows
    assert (row["text"], row["conversation_key"], row["sender_key"], row["from_owner"]) == (
        "hi",
        "orphaned",
        "Unknown",
        False,
    )


def test_chats_that_only_the_joins_know() -> None:
    database = Messages(missing=["chat", "chat_handle_join"])
    ada, bo = database.add("handle", id=ADA), database.add("handle", id=BO)
    for chat, handle in ((1, ada), (2, ada), (2, bo), (3, 0)):
        database.message(chat, text="hi", handle_id=handle)
    assert keys(database) == [
        (ADA, ADA, False),
        ("chat 2", f"{ADA}, {BO}", True),
        ("chat 2", f"{ADA}, {BO}", True),
        ("chat 3", "chat 3", None),
    ]


def test_values_of_other_types() -> None:
    database = Messages()
    ada = database.add("handle", id=b"\xff")
    chat = database.chat(ada, style="x", chat_identifier=5, display_name=b"\0", guid=7)
    wrong: dict[str, Any] = {
        name.split()[0]: b"\xff\0"
        for name in TABLES["message"].split(", ")
        if name.split()[0] not in ("ROWID", "guid", "date")
    }
    guid = database.message(chat, **wrong)
    for value in ("\ud7ff", 1 << 62):
        columns: dict[str, Any] = dict.fromkeys(wrong, value)
        database.message(chat, **columns)
    database.message(chat, text="hi", guid=5)
    database.message(chat, associated_message_type=2006, associated_message_emoji=b"x", associated_message_guid=guid)
    database.attach(guid, filename=b"x", is_sticker="x", transfer_name=5, mime_type=7)
    database.add("chat_message_join", chat_id=b"x", message_id="y")
    assert len(reading_of(database).rows) == 5
