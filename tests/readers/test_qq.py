"""QQ: groups, friends and discussions, several chats in a file, and what people type that looks like its first lines."""

from __future__ import annotations

import pytest

from chatclone_dagster.readers import qq
from chatclone_dagster.readers.contract import UnreadableError
from tests.readers.reading import Reading, export, read

TITLE = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n"
RULE = "=" * 64 + "\n"


def chat(category: str, name: str, *messages: str) -> str:
    return f"{RULE}消息分组:{category}\n{RULE}消息对象:{name}\n{RULE}\n" + "".join(f"{text}\n\n" for text in messages)


def rows(reading: Reading) -> list[tuple[str, str | None, str | None, str]]:
    return [
        (f"{row['sent_local']:%m-%d %H:%M:%S}", row["sender_key"], row["sender_name"], row["text"])
        for row in reading.rows
    ]


def test_groups() -> None:
    reading = read(
        qq,
        export(
            TITLE
            + chat(
                "我的群聊",
                "Chess",
                "2019-09-23 8:43:38 PM 【管理员】【x】Ada(87200175)\none\ntwo",
                "2019-09-23 8:44:00 PM Bo (home)<bo@example.org>\nhi",
                "2019-09-23 8:45:00 PM 87200175(87200175)\nmy name is missing",
                "2019-09-23 8:46:00 PM 【all of it】(10005)\nx",
                "2019-09-23 8:47:00 PM 系统消息(10000)\nCy加入本群。",
                '2019-09-23 8:48:00 PM 系统消息(1000000)\n"Ada"撤回了一条消息',
                "2019-09-23 8:49:00 PM 系统消息(1000000)\n你撤回了一条消息",
            )
        ),
    )
    assert rows(reading) == [
        ("09-23 20:43:38", "87200175", "Ada", "one\ntwo"),
        ("09-23 20:44:00", "bo@example.org", "Bo (home)", "hi"),
        ("09-23 20:45:00", "87200175", "Ada", "my name is missing"),
        ("09-23 20:46:00", "10005", "10005", "x"),
        ("09-23 20:47:00", None, None, "Cy加入本群。"),
        ("09-23 20:48:00", "87200175", "Ada", ""),
        ("09-23 20:49:00", None, None, ""),
    ]
    assert reading.column("kind") == ["text"] * 4 + ["system", "deleted", "deleted"]
    assert {*reading.column("is_group")} == {True}
    assert {*reading.column("conversation_key")} == {"Chess"}
    assert reading.issues == []


def test_several_chats_in_a_file() -> None:
    content = (
        TITLE
        + chat("我的好友", "Cy", "2010-01-06 16:57:28 Cy\nhi", "2010-01-06 9:57:28 PM Me\nyes")
        + chat("讨论组", "Trip", "2010-01-05 16:57:28 Ada\nhi")
        + chat("最近联系人", "Someone", "2010-01-05 16:57:28 Ada\nhi")
    )
    reading = read(qq, export(content.replace("\n", "\r\n")))
    assert reading.column("conversation_key") == ["Cy", "Cy", "Trip", "Someone"]
    assert reading.column("is_group") == [False, False, True, None]
    assert [row["sent_local"].hour for row in reading.rows] == [16, 21, 16, 16]
    assert reading.issues == []


def test_files_without_rules_and_empty_lines() -> None:
    content = TITLE + (
        "消息分组:我的群\n消息对象:Team\n2024-01-02 03:04:05 【管理员】Ada(10001)\nfirst\nsecond\n"
        "2024-01-02 03:05:06 10001(10001)\n[图片]\n"
        "2024-01-02 03:06:07 Bo<bo@example.org>\nhi\n2024-01-02 03:07:08 Cy\nhello\n"
    )
    reading = read(qq, export(content))
    assert [text for _, _, _, text in rows(reading)] == ["first\nsecond", "", "hi", "hello"]
    assert reading.column("sender_name") == ["Ada", "Ada", "Bo", "Cy"]


def test_what_looks_like_the_first_lines_is_text() -> None:
    typed = f"so:\n消息对象:Bo\n{RULE}消息分组 x\n{RULE}2019-09-23 20:43:38 Ada(10001)\nend"
    content = TITLE + chat(
        "我的群聊",
        "Chess",
        *(f"2019-09-23 20:4{n}:00 Ada(10001)\n{text}" for n, text in enumerate(("a", "b", typed, "c"))),
    )
    reading = read(qq, export(content))
    assert [text for _, _, _, text in rows(reading)] == ["a", "b", typed, "c"]


def test_messages_pasted_from_elsewhere_are_text() -> None:
    pasted = "look\n\n2018-09-23 20:43:38 Bo(10002)\nold\n\n2018-09-23 20:43:39 Ada(10001)\nolder"
    content = TITLE + chat(
        "我的群聊", "Chess", *(f"2019-09-23 20:4{n}:00 Ada(10001)\n{text}" for n, text in enumerate(("a", pasted, "c")))
    )
    reading = read(qq, export(content))
    assert [text for _, _, _, text in rows(reading)] == ["a", pasted, "c"]


def test_lines_like_heads_without_a_number_where_others_have_one() -> None:
    messages = [f"2019-09-23 20:{n}:00 Ada(10001)\nhi" for n in range(10, 20)]
    content = TITLE + chat(
        "我的群聊", "Chess", *messages, "2019-09-23 20:50:00 Ada(10001)\nx\n\n2019-09-23 20:51:00 is when\ny"
    )
    reading = read(qq, export(content))
    assert len(reading.rows) == 11
    assert reading.rows[-1]["text"] == "x\n\n2019-09-23 20:51:00 is when\ny"


@pytest.mark.parametrize(
    ("written", "kind", "text"),
    [
        ("[图片]", "media", ""),
        ("[图片][图片]", "media", ""),
        ("[图片]look", "media", "look"),
        ("[图片][表情]", "media", ""),
        ("[表情]", "sticker", ""),
        ("[动画表情]", "sticker", ""),
        ("haha[表情]", "text", "haha[表情]"),
        ("[语音]", "voice", ""),
        ("[文件]", "media", ""),
        ("[位置]", "location", ""),
        ("[名片]", "contact", ""),
        ("[视频通话] 通话时长 05:23", "call", ""),
        ("通话时长 05:23", "call", ""),
        ("[QQ红包]请使用最新版手机QQ查收红包。", "unavailable", ""),
        ("", "unavailable", ""),
        ("[other]", "text", "[other]"),
        ("8000/月", "text", "8000/月"),
    ],
)
def test_what_stands_for_something_else(written: str, kind: str, text: str) -> None:
    (row,) = read(qq, export(TITLE + chat("我的好友", "Cy", f"2019-09-23 20:43:38 Cy\n{written}"))).rows
    assert (row["kind"], row["text"]) == (kind, text)


def test_text_above_the_first_message_is_reported() -> None:
    reading = read(qq, export(TITLE + "how odd\n" + chat("我的好友", "Cy", "2019-09-23 20:43:38 Cy\nhi")))
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(3, False)]
    assert reading.column("conversation_key") == ["Cy"]


def test_files_that_chinese_computers_saved_anew() -> None:
    content = (TITLE + chat("我的好友", "小明", "2019-09-23 20:43:38 小明\n你好")).encode("gb18030")
    file = export(content)
    assert qq.sniff(file) is not None
    reading = read(qq, file)
    assert rows(reading) == [("09-23 20:43:38", "小明", "小明", "你好")]
    assert ["gb18030" in reason for reason in reading.reasons] == [True]


@pytest.mark.parametrize(
    "content", ["buy milk\n", "2024-01-02 03:04 Ada\nhi\n", "2024-13-02 03:04:05 Ada(10001)\nhi\n", TITLE]
)
def test_texts_without_messages(content: str) -> None:
    with pytest.raises(UnreadableError, match="no line begins"):
        read(qq, export(content))
