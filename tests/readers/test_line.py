"""LINE: dates, clocks and first lines in the languages, the layouts of phones and computers, and what stands for pictures."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from chatclone_dagster.readers import line
from chatclone_dagster.readers.contract import ReadOptions, UnreadableError
from chatclone_dagster.readers.line import heads
from tests.readers.reading import Reading, export, read

DAY = "2024/01/15(Mon)\n"


def rows(reading: Reading) -> list[tuple[str, str | None, str]]:
    return [(f"{row['sent_local']:%d %H:%M}", row["sender_name"], row["text"]) for row in reading.rows]


def chat(*lines: str, name: str = "[LINE] x.txt") -> Reading:
    return read(line, export(DAY + "\n".join(lines) + "\n", name))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024/01/15(Mon)", (2024, 1, 15)),
        ("2024/01/15(月)", (2024, 1, 15)),
        ("2024/01/15（週一）", (2024, 1, 15)),
        ("2024/1/15周一", (2024, 1, 15)),
        ("2024/01/15(월)", (2024, 1, 15)),
        ("2024.01.15 Monday", (2024, 1, 15)),
        ("2024.01.15 월요일", (2024, 1, 15)),
        ("2024.01.15 วันจันทร์", (2024, 1, 15)),
        ("2024年1月15日 星期一", (2024, 1, 15)),
        ("2024. 1. 15. 월요일", (2024, 1, 15)),
        ("Mon, 1/15/2024", (2024, 1, 15)),
        ("Mon, 15/1/2024", (2024, 1, 15)),
        ("Mon, 15-01-2024", (2024, 1, 15)),
        ("Tue, 2/4/2024", (2024, 4, 2)),  # the day of the week tells the order
        ("Sun, 2/4/2024", (2024, 2, 4)),
        ("จ. 15/01/2567", (2024, 1, 15)),
        ("R6/01/15(月)", (2024, 1, 15)),
        ("令和6年1月15日(月)", (2024, 1, 15)),
        ("Lun, 15/01/2024", (2024, 1, 15)),
        ("2024/01/15 (Mon)  ", (2024, 1, 15)),
    ],
)
def test_dates(written: str, day: tuple[int, int, int]) -> None:
    assert heads.read_date(written) == heads.DateLine(date(*day), named=True)
    reading = read(line, export(f"{written}\n09:05\tAda\thi\n", "x.txt"))
    assert reading.column("sent_local") == [datetime(*day, 9, 5)]  # noqa: DTZ001
    assert reading.issues == []


@pytest.mark.parametrize(
    "written", ["2024/13/45(Mon)", "0000/01/01(Mon)", "99999/01/01", "Mon, 32/32/2024", "１５日", "9:05", ""]
)
def test_no_dates(written: str) -> None:
    assert heads.read_date(written) is None


def test_the_order_of_numbers_is_the_users_where_no_day_of_the_week_tells() -> None:
    content = "Xyz, 1/2/2024\n09:05\tAda\thi\n"
    assert read(line, export(content), ReadOptions(date_order="dmy")).column("sent_local")[0].month == 2
    assert read(line, export(content), ReadOptions(date_order="mdy")).column("sent_local")[0].month == 1


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("21:05", "15 21:05"),
        ("9:05PM", "15 21:05"),
        ("9:05 pm", "15 21:05"),
        ("12:05AM", "15 00:05"),
        ("午後0:05", "15 12:05"),
        ("午前 0:05", "15 00:05"),
        ("下午09:05", "15 21:05"),
        ("中午12:05", "15 12:05"),
        ("凌晨1:05", "15 01:05"),
        ("오후 9:05", "15 21:05"),
        ("24:53", "15 00:53"),
        ("25:10", "15 01:10"),
    ],
)
def test_clocks(written: str, time: str) -> None:
    assert rows(chat(f"{written}\tAda\thi")) == [(time, "Ada", "hi")]


def test_an_hour_of_24_behind_the_evening_is_the_next_day() -> None:
    assert rows(chat("23:59\tAda\ta", "24:01\tBo\tb")) == [("15 23:59", "Ada", "a"), ("16 00:01", "Bo", "b")]


@pytest.mark.parametrize(
    ("first", "title", "is_group"),
    [
        ("[LINE] Chat history with Ada", "Ada", False),
        ("[LINE] Chat history in Chess Club", "Chess Club", True),
        ("[LINE] Adaとのトーク履歴", "Ada", False),
        ("[LINE] 将棋部のトーク履歴", "将棋部", True),
        ("[LINE] 與Ada的聊天記錄", "Ada", False),
        ("[LINE] 棋社的聊天記錄", "棋社", True),
        ("[LINE] 与Ada的聊天记录", "Ada", False),
        ("[LINE] Ada님과의 대화", "Ada", False),
        ("[LINE] ประวัติการแชทกับ Ada", "Ada", False),
        ('[LINE] ประวัติการแชทในกลุ่ม "ก"', "ก", True),
        ("[LINE] Something in a language nobody knew", "Something in a language nobody knew", None),
    ],
)
def test_titles(first: str, title: str, is_group: bool | None) -> None:
    content = f"{first}\nSaved on: 2024/01/15 20:00\n\n{DAY}09:05\tBo\thi\n"
    reading = read(line, export(content, "[LINE] other.txt"))
    assert reading.column("conversation_key") == [title]
    assert reading.column("is_group") == [is_group]
    assert reading.issues == []


def test_who_writes_tells_whether_it_is_a_group() -> None:
    title = "[LINE] Chat history with Ada\n\n"
    two = [f"09:0{n}\t{name}\thi" for n, name in enumerate(("Ada", "Bo"))]
    assert {*read(line, export(title + DAY + "\n".join(two))).column("is_group")} == {False}
    assert {*read(line, export(title + DAY + "\n".join([*two, "10:00\tCy\thi"]))).column("is_group")} == {True}
    assert {*read(line, export(title + DAY + "\n".join([*two, "10:00\t\tCy left the group."]))).column("is_group")} == {
        True
    }


def test_the_file_s_name_is_the_title_where_none_is_written() -> None:
    content = "2024.01.15 Monday\n09:05 Ada hi\n09:06 Ada yes\n"
    assert {*read(line, export(content, "[LINE]Chess Club.txt")).column("conversation_name")} == {"Chess Club"}
    assert {*read(line, export(content, "[LINE] Chat with Ada.txt")).column("conversation_name")} == {"Ada"}


@pytest.mark.parametrize(
    ("written", "kind", "text", "files"),
    [
        ("[Photo]", "media", "", []),
        ("[写真]", "media", "", []),
        ("[圖片]", "media", "", []),
        ("[사진]", "media", "", []),
        ("[รูป]", "media", "", []),
        ("[Sticker]", "sticker", "", []),
        ("[スタンプ]", "sticker", "", []),
        ("[Voice message]", "voice", "", []),
        ("[File] plan.pdf", "media", "", ["plan.pdf"]),
        ("[ファイル] 案.pdf", "media", "", ["案.pdf"]),
        ("[Album] Summer", "media", "", []),
        ("[Location] 1 High St", "location", "", []),
        ("[Contact] Bo", "contact", "", []),
        ("[Poll] Where?", "poll", "", []),
        ("[Note] remember milk", "text", "remember milk", []),
        ("[null] https://maps.google.com/?q=1,2", "location", "", []),
        ("☎ Missed call", "call", "", []),
        ("☎ 通話時間 0:12", "call", "", []),
        ("ⓘ This message cannot be shown", "unavailable", "", []),
        ("Message unsent.", "text", "Message unsent.", []),
        ("[Photo] of me", "text", "[Photo] of me", []),
        ("[unknown]", "text", "[unknown]", []),
        ("Photos", "text", "Photos", []),
    ],
)
def test_what_stands_for_something_else(written: str, kind: str, text: str, files: list[str]) -> None:
    (row,) = chat(f"09:00\tAda\t{written}").rows
    assert (row["kind"], row["text"], row["attachments"]) == (kind, text, files)


@pytest.mark.parametrize(
    ("written", "kind", "sender"),
    [
        ("Ada unsent a message.", "deleted", "Ada"),
        ("You unsent a message.", "deleted", None),
        ("Adaがメッセージの送信を取り消しました", "deleted", "Ada"),
        ("Ada已收回訊息", "deleted", "Ada"),
        ("메시지를 취소했습니다.", "deleted", None),
        ("Ada ยกเลิกข้อความ", "deleted", "Ada"),
        ("Ada invited Bo to the group.", "system", None),
        ("Adaがグループを退会しました。", "system", None),
        ("☎ Group call ended.", "call", None),
        ("Something LINE has never said before", "system", None),
    ],
)
def test_what_line_says(written: str, kind: str, sender: str | None) -> None:
    for line_ in (f"09:00\t\t{written}", f"09:00\t{written}"):
        (row,) = chat("08:00\tAda\thi", line_).rows[1:]
        assert (row["kind"], row["sender_name"]) == (kind, sender)
        assert row["text"] == (written if kind == "system" else "")


def test_messages_above_the_first_date_have_no_day() -> None:
    reading = read(line, export(f"09:00\tAda\tlost\nand this\n{DAY}09:01\tBo\thi\n"))
    assert rows(reading) == [("15 09:01", "Bo", "hi")]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(1, True)]


def test_text_above_the_first_message_is_reported() -> None:
    reading = read(
        line, export(f"[LINE] Chat history with Ada\nSaved on: 2024/01/15 20:00\nhow odd\n{DAY}09:01\tBo\thi\n")
    )
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(3, False)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_and_line_ends(encoding: str) -> None:
    content = f"[LINE] Adaとのトーク履歴\n保存日時：2024/01/15 20:00\n\n{DAY}午後9:05\tAda\tはい\n".replace(
        "\n", "\r\n"
    )
    file = export(content.encode(encoding))
    assert line.sniff(file) is not None
    reading = read(line, file)
    assert rows(reading) == [("15 21:05", "Ada", "はい")]
    assert reading.issues == []


def test_no_dates_at_all() -> None:
    with pytest.raises(UnreadableError, match="no line of the file is a date"):
        read(line, export("[LINE] Chat history with Ada\n09:00\tAda\thi\n"))


@pytest.mark.parametrize(
    ("content", "variant"),
    [
        (f"{DAY}09:00\tAda\thi\n", "mobile-tab"),
        (f"{DAY}09:00  Ada  hi\n", "mobile-wide"),
        ("2024.01.15 Monday\n09:00\tAda\thi\n", "desktop-tab"),
        ("2024.01.15 Monday\n09:00 Ada hi\n09:01 Ada yo\n", "desktop-blank"),
    ],
)
def test_variants(content: str, variant: str) -> None:
    file = export(content)
    claim = line.sniff(file)
    assert claim is not None
    assert claim.confidence >= 0.8
    assert read(line, file).facts["variant"] == variant
