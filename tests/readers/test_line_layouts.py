"""LINE: texts of several lines, names in columns and names that only blanks set apart."""

from __future__ import annotations

from chatclone_dagster.readers import line
from tests.readers.reading import Reading, export, read
from tests.readers.test_line import DAY, chat, rows


def test_texts_of_several_lines_between_quotes() -> None:
    reading = chat(
        '09:00\tAda\t"first',
        "second",
        '09:01\tBo\tpasted ""here""',
        "2020/02/29(土)",
        "",
        'last"',
        '09:02\tBo\t"typed" and open',
        '09:03\tAda\t"all of it"',
        '09:04\tBo\t"never closed',
        "09:05\tAda\tend",
    )
    assert [row["text"] for row in reading.rows] == [
        'first\nsecond\n09:01\tBo\tpasted "here"\n2020/02/29(土)\n\nlast',
        '"typed" and open',
        '"all of it"',
        '"never closed',
        "end",
    ]
    assert reading.issues == []


def test_line_ends_tell_messages_from_their_lines() -> None:
    content = DAY.replace("\n", "\r\n") + '09:00\tAda\t"a\n09:01\tBo\tpasted\nb"\r\n09:02\tBo\t"c\r\n09:03\tAda\td"\r\n'
    assert rows(read(line, export(content))) == [
        ("15 09:00", "Ada", "a\n09:01\tBo\tpasted\nb"),
        ("15 09:02", "Bo", '"c'),
        ("15 09:03", "Ada", 'd"'),
    ]


def test_lines_without_quotes_and_texts_that_begin_with_an_empty_line() -> None:
    reading = chat("09:00\tAda\ta\tb", "c", "09:01\tBo\t", "", "d", "09:02\tAda\t", "", "", name="x.txt")
    assert rows(reading) == [("15 09:00", "Ada", "a\tb\nc"), ("15 09:01", "Bo", "\n\nd"), ("15 09:02", "Ada", "")]
    assert reading.column("kind") == ["text", "text", "unavailable"]


def test_blanks_between_the_columns() -> None:
    content = "[LINE] 将棋部のトーク履歴\n保存日時：R6/01/15 20:01\n\nR6/01/15(月)\n"
    content += "09:00    Ada L.    good  morning\n09:01    Bo    [写真]\n09:02        Cyがグループに参加しました。\n"
    reading = read(line, export(content))
    assert rows(reading)[:2] == [("15 09:00", "Ada L.", "good  morning"), ("15 09:01", "Bo", "")]
    assert reading.column("kind") == ["text", "media", "system"]


def desktop(*lines: str) -> Reading:
    return read(line, export("2024.01.15 Monday\n" + "\n".join(lines) + "\n", "[LINE]Club.txt"))


def test_names_of_several_words_show_over_the_whole_file() -> None:
    reading = desktop(
        "09:00 Tony Lee hi there",
        "09:01 Tony Chou hello",
        "10:30 is when we meet",
        "09:02 Tony Lee Photos",
        "09:03 Tony Chou so what",
        "second line",
        "09:04 Tony Lee one more",
        "09:05 Ada Tony said so",
        "09:06 Ada Missed call",
        "09:07 Tony Chou joined the chat.",
        "09:08 Ada unsent a message.",
    )
    assert rows(reading) == [
        ("15 09:00", "Tony Lee", "hi there"),
        ("15 09:01", "Tony Chou", "hello\n10:30 is when we meet"),
        ("15 09:02", "Tony Lee", ""),
        ("15 09:03", "Tony Chou", "so what\nsecond line"),
        ("15 09:04", "Tony Lee", "one more"),
        ("15 09:05", "Ada", "Tony said so"),
        ("15 09:06", "Ada", ""),
        ("15 09:07", None, "Tony Chou joined the chat."),
        ("15 09:08", "Ada", ""),
    ]
    assert reading.column("kind") == ["text", "text", "media", "text", "text", "text", "call", "system", "deleted"]
    assert reading.issues == []


def test_who_is_named_by_line_itself_is_known() -> None:
    reading = desktop("09:00 Ada Lovelace joined the chat.", "09:01 Ada Lovelace hi", "09:02 Bo hi", "09:03 Bo yes")
    assert rows(reading)[1] == ("15 09:01", "Ada Lovelace", "hi")
    assert reading.issues == []


def test_a_name_that_is_only_guessed_is_reported() -> None:
    reading = desktop("09:00 Ada hi there", "09:01 Ada yes", "09:02 Zed so long")
    assert rows(reading)[2] == ("15 09:02", "Zed", "so long")
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(4, False)]
    assert "first word" in reading.reasons[0]


def test_pasted_messages_and_dates_are_text() -> None:
    reading = read(
        line,
        export(
            "2024.01.15 Monday\n09:00 Ada hi\n09:01 Bo yes\n2019.02.03 Sunday\n12:00 Ada long ago\n"
            "2024.01.16 Tuesday\n09:02 Ada so\n09:03 Bo look:\n03:00 Ada from\n03:01 Bo above\n09:04 Ada ok\n09:05 Bo ok\n",
            "[LINE]Club.txt",
        ),
    )
    assert rows(reading)[1] == ("15 09:01", "Bo", "yes\n2019.02.03 Sunday")
    assert rows(reading)[4:] == [
        ("16 09:03", "Bo", "look:\n03:00 Ada from\n03:01 Bo above"),
        ("16 09:04", "Ada", "ok"),
        ("16 09:05", "Bo", "ok"),
    ]
