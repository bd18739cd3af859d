"""Google Chat: dates in the account's language, the lists beside the chat, kinds, threads and quotes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers import google_chat
from chatclone_dagster.readers.contract import COMPANION, UnreadableError
from chatclone_dagster.readers.google_chat.dates import read_date
from tests.readers.reading import OF_ANY_TYPE, Reading, export, read
from tests.readers.writing.google_chat import OWNER, beside, google_chats

CHAT = "Takeout.zip!Takeout/Google Chat/Groups/DM abc/messages.json"
AT = "Friday, May 29, 2026 at 3:00:29\u202fAM UTC"


def chat(*messages: Any, name: str = CHAT, lists: dict[str, str] | None = None) -> Reading:
    plain = [{"created_date": AT, **message} if isinstance(message, dict) else message for message in messages]
    return read(google_chat, export(json.dumps({"messages": plain}), name, beside() if lists is None else lists))


def one(**message: Any) -> dict[str, Any]:
    return chat(message).rows[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.booleans(), st.data())
def test_a_written_chat_is_read_back(with_owner: bool, data: st.DataObject) -> None:
    content, means = data.draw(google_chats(with_owner=with_owner))
    file = export(content, CHAT, beside(with_owner=with_owner))
    assert google_chat.sniff(file) is not None
    reading = read(google_chat, file)
    assert reading.issues == []
    assert [{key: row[key] for key in asdict(meant)} for row, meant in zip(reading.rows, means, strict=True)] == [
        asdict(meant) for meant in means
    ]
    assert reading.column("position") == list(range(len(means)))
    assert {row["conversation_key"] for row in reading.rows} == {"abc"}
    assert {row["conversation_name"] for row in reading.rows} == {"Ada Zoë, בו" if with_owner else "Olive, Ada Zoë, בו"}
    assert {(row["tz_known"], row["is_group"]) for row in reading.rows} == {(True, True)}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Friday, May 29, 2026 at 12:00:29 AM UTC", "2026-05-29T00:00:29"),
        ("Friday, May 29, 2026 at 12:00:29 PM UTC", "2026-05-29T12:00:29"),
        ("Friday, May 29, 2026 at 3:00:29 PM GMT+2", "2026-05-29T13:00:29"),
        ("Friday, May 29, 2026 at 3:00 PM UTC", "2026-05-29T15:00:00"),
        ("2015. február 15., vasárnap 21:54:36 UTC", "2015-02-15T21:54:36"),
        ("sábado, 29 de mayo de 2021, 3:00:29 p. m. UTC", "2021-05-29T15:00:29"),
        ("vendredi 29 mai 2026 à 03 h 00 min 29 s UTC", "2026-05-29T03:00:29"),
        ("2021. gada 14. marts, svētdiena 22:41:03 UTC", "2021-03-14T22:41:03"),
        ("2021(e)ko martxoaren 14(a), igandea 22:41:03 (UTC)", "2021-03-14T22:41:03"),
        ("2021 оны гуравдугаар сарын 14, ням гараг 22:41:03 (UTC)", "2021-03-14T22:41:03"),
        ("יום ראשון, 14 במרץ 2021 בשעה 22:41:03 UTC", "2021-03-14T22:41:03"),
        ("الأحد، ١٤ مارس ٢٠٢١ في ١٠:٤١:٠٣ م UTC", "2021-03-14T22:41:03"),
        ("वार रविवार, 14 मार्च 2021 को 10:41:03 pm UTC बजे", "2021-03-14T22:41:03"),
        ("2021年3月14日日曜日 22:41:03 UTC", "2021-03-14T22:41:03"),
        ("Dydd Mawrth, 18 Mai 2021 am 12:41:03 UTC", "2021-05-18T12:41:03"),
        ("utorak, 14. listopada 2021. u 22:41:03 UTC", "2021-10-14T22:41:03"),
        ("wtorek, 14 listopada 2021 22:41:03 UTC", "2021-11-14T22:41:03"),
        ("วันอาทิตย์ที่ 14 มีนาคม พุทธศักราช 2564 เวลา 22 นาฬิกา 41 นาที 03 วินาที UTC", "2021-03-14T22:41:03"),
        ("یکشنبه ۲۴ اسفند ۱۳۹۹، ساعت ۲۲:۴۱:۰۳ (UTC)", "2021-03-14T22:41:03"),
        ("جمعه ۳۰ اسفند ۱۳۹۹، ساعت ۰:۰۰:۰۰ (UTC)", "2021-03-20T00:00:00"),
        ("شنبه ۱ فروردین ۱۴۰۰، ساعت ۰:۰۰:۰۰ (UTC)", "2021-03-21T00:00:00"),
        ("2021-03-14T23:41:03+01:00", "2021-03-14T22:41:03"),
        ("Friday, February 31, 2026 at 3:00:29 AM UTC", None),
        ("جمعه ۳۰ اسفند ۱۴۰۰، ساعت ۰:۰۰:۰۰ (UTC)", None),
        ("Friday, May 29, 2026 at 25:00:29 UTC", None),
        ("Friday, May 29, 2026 at 15:00:29 AM UTC", None),
        ("Friday, May 29, 0000 at 3:00:29 AM UTC", None),
        ("Friday, Maius 29, 2026 at 3:00:29 AM UTC", None),
        ("Friday, May 29, 2026", None),
        ("3:00:29", None),
        ("", None),
        (AT + " " * 200 + AT, None),
    ],
)
def test_dates(written: str, sent: str | None) -> None:
    found = read_date(written)
    assert (found.isoformat() if found else None) == sent


@given(st.text(st.sampled_from("Friday, May29:+-0Zمdtháng月年\u202f一٣"), max_size=80))
def test_any_date_is_survived(written: str) -> None:
    read_date(written)


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        ({"created_date": None, "updated_date": AT}, "2026-05-29T03:00:29"),
        (
            {"created_date": None, "updated_date": "x", "previous_message_versions": [{"created_date": AT}]},
            "2026-05-29T03:00:29",
        ),
        ({"created_date": AT, "updated_date": AT.replace("29,", "30,")}, "2026-05-29T03:00:29"),
    ],
)
def test_when_an_edited_message_was_sent(message: dict[str, Any], sent: str) -> None:
    row = one(text="hi", **message)
    assert (row["sent_local"], row["edited"]) == (datetime.fromisoformat(sent), True)


def test_what_has_no_time_that_can_be_read_is_an_issue() -> None:
    reading = chat(
        {"created_date": "Secret 42"}, {"created_date": 5}, {"created_date": None}, None, "x", [], {"text": "hi"}
    )
    assert reading.column("position") == [6]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(n, True) for n in range(6)]
    assert "Secret" not in str(reading.issues)


@pytest.mark.parametrize(
    ("message", "kind", "text"),
    [
        ({"text": "hi"}, "text", "hi"),
        ({"text": "oops", "message_state": "DELETED"}, "deleted", ""),
        ({"text": "oops", "deletion_metadata": {"deletion_type": "CREATOR"}}, "deleted", ""),
        ({"text": "beep", "creator": {"name": "Polly", "user_type": "BOT"}}, "system", "beep"),
        ({"annotations": [{"gsuite_integration_metadata": {"call_data": {"call_status": "CALL_MISSED"}}}]}, "call", ""),
        ({"annotations": [{"drive_metadata": {"id": "F1"}}]}, "media", ""),
        ({"annotations": [{"youtube_metadata": {"id": "V1"}}]}, "media", ""),
        ({"annotations": [{"membership_changed": {}}]}, "system", ""),
        ({"annotations": [{"format_metadata": {}}]}, "unavailable", ""),
        ({"text": "now", "annotations": [{"video_call_metadata": {}}]}, "text", "now"),
    ],
)
def test_kinds(message: dict[str, Any], kind: str, text: str) -> None:
    row = one(**message)
    assert (row["kind"], row["text"]) == (kind, text)


def test_links_that_stand_for_a_text() -> None:
    rows = chat({"annotations": [{"drive_metadata": {"id": "F1"}}, {"youtube_metadata": {"id": "V1"}}]}).rows
    assert rows[0]["attachments"] == ["https://drive.google.com/open?id=F1", "https://www.youtube.com/watch?v=V1"]


def test_the_owner_is_known_by_an_address_in_any_case() -> None:
    people: list[Any] = [{"email": "owner@example.COM"}, {"email": "ada@example.com"}, {"name": "Deleted user"}, {}]
    rows = chat(*({"creator": person, "text": "hi"} for person in people)).rows
    assert [row["from_owner"] for row in rows] == [True, False, False, None]
    assert [row["sender_key"] for row in rows] == ["owner@example.com", "ada@example.com", "Deleted user", None]
    assert [row["sender_name"] for row in rows] == ["Olive", "Ada Zoë", "Deleted user", None]


def test_folders_in_another_language() -> None:
    lists = {name.replace("Users/User", "Nutzer/Nutzer"): content for name, content in beside().items()}
    row = chat(
        {"creator": {"email": OWNER}, "message_id": "abc/t/m"}, name="Gruppen/Direkt abc/messages.json", lists=lists
    ).rows[0]
    assert (row["conversation_key"], row["from_owner"]) == ("abc", True)


@pytest.mark.parametrize(
    ("name", "lists", "key", "title", "is_group"),
    [
        ("Groups/Space AAA/messages.json", {"group_info.json": '{"name": "Club", "members": []}'}, "AAA", "Club", True),
        ("Groups/DM x y/messages.json", {}, "x y", "x y", None),
        ("messages.json", {}, "g", "g", None),
        ("DM a/messages.json", {"group_info.json": '{"members": [{"name": "A"}, {"name": "B"}]}'}, "a", "A, B", False),
        ("DM a/messages.json", {"group_info.json": "[5"}, "a", "a", None),
    ],
)
def test_chats(name: str, lists: dict[str, str], key: str, title: str, is_group: bool | None) -> None:
    reading = chat({"text": "hi", "message_id": "g/t/m"}, name=name, lists=lists)
    row = reading.rows[0]
    assert (row["conversation_key"], row["conversation_name"], row["is_group"]) == (key, title, is_group)
    assert [issue["is_row"] for issue in reading.issues] == ([False] if "[5" in lists.values() else [])


def test_custom_emoji_and_reactions_by_nobody() -> None:
    custom = {"emoji": {"custom_emoji": {"shortcode": ":parrot:"}}, "reactor_emails": ["x@example.com"]}
    row = one(text="hi", reactions=[custom, {"emoji": {"unicode": "🎉"}}])
    assert row["reactions"] == [{"emoji": ":parrot:", "sender": "x@example.com"}, {"emoji": "🎉", "sender": ""}]


def test_members_of_any_type_are_survived() -> None:
    names = (
        "creator text message_id annotations attached_files reactions quoted_message_metadata previous_message_versions"
    )
    for value in OF_ANY_TYPE:
        for name in names.split():
            assert len(chat({name: value}).rows) == 1


@pytest.mark.parametrize(
    ("name", "content", "variant"),
    [
        ("group_info.json", beside()["group_info.json"], COMPANION),
        ("user_info.json", beside()["../../Users/User 123/user_info.json"], COMPANION),
        ("x.json", json.dumps({"messages": [{"creator": {}, "created_date": AT}]}), "takeout"),
        ("x.json", json.dumps({"messages": [{"message_state": "DELETED", "topic_id": "t"}]}), "takeout"),
        ("messages.json", '{"messages": []}', None),
        ("x.json", '{"participants": [], "messages": [{"sender_name": "a", "timestamp_ms": 1}]}', None),
    ],
)
def test_sniff(name: str, content: str, variant: str | None) -> None:
    found = google_chat.sniff(export(content, name))
    assert (found.variant if found else None) == variant


@pytest.mark.parametrize("content", ["", "5", "[]", "{}", "not json"])
def test_what_is_no_chat(content: str) -> None:
    assert google_chat.sniff(export(content, CHAT)) is None
    with pytest.raises(UnreadableError):
        read(google_chat, export(content, CHAT))
