"""What text exports have in common: order in time, clocks, sentences of the app; and that hostile ones take linear time."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from chatclone_dagster.readers import kakaotalk, line, qq, wechat
from chatclone_dagster.readers.contract import Reader, UnreadableError
from chatclone_dagster.readers.entries import Entry, in_order, without_excerpts
from chatclone_dagster.readers.sentences import Sentences
from chatclone_dagster.readers.times import clocks
from tests.readers.reading import export, read

START = datetime(2024, 1, 15, 12, 0)  # noqa: DTZ001


def entries(*minutes: int) -> list[Entry]:
    return [Entry(n, START + timedelta(minutes=at), "Ada", [str(n)], f"line {n}") for n, at in enumerate(minutes)]


@pytest.mark.parametrize(
    ("minutes", "kept"),
    [
        ((0, 1, 2, 3), [0, 1, 2, 3]),
        ((0, 1, -500, 2, 3), [0, 1, 3, 4]),
        ((0, 1, -500, -400, -300, 2), [0, 1, 5]),
        ((0, 1, -60, -59, -58), [0, 1, 2, 3, 4]),  # a clock put back
        ((0, 1, -500, -499), [0, 1, 2, 3]),  # nothing follows that is as late as before
        ((0, 9000, 1, 2, 3), [0, 1, 2, 3, 4]),  # one was dated too late
        ((0, -500, 1, 2), [0, 2, 3]),
        ((*range(5), *range(-5000, -4900), *range(5, 9)), list(range(109))),  # too many to be pasted
        ((), []),
        ((0,), [0]),
    ],
)
def test_what_was_pasted_is_told_by_its_time(minutes: tuple[int, ...], kept: list[int]) -> None:
    found = list(without_excerpts(entries(*minutes)))
    assert [entry.line for entry in found] == kept
    text = "\n".join(entry.body for entry in found)
    assert re.findall(r"\d+", text) == [str(n) for n in range(len(minutes))]  # nothing is lost


@pytest.mark.parametrize(
    ("days", "heads"),
    [
        ([1, 2, 3], [True, True, True]),
        ([1, 1, 2], [True, True, True]),
        ([5, 1, 6, 7], [True, False, True, True]),
        ([5, 6, 99, 7, 8], [True, True, False, True, True]),
        ([5, 1, 1, 6], [True, False, False, True]),
        ([9, 8, 7, 6, 5], [True] * 5),  # in no order at all
        ([], []),
    ],
)
def test_lines_with_a_date_that_head_no_day(days: list[int], heads: list[bool]) -> None:
    assert in_order(days) == heads


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("00:00", 0),
        ("9:05:07", 32_707),
        ("12:00 AM", 0),
        ("12:00 p.m.", 43_200),
        ("午後0:05", 43_500),
        ("下午12:05", 43_500),
        ("中午1:00", 46_800),
        ("中午11:30", 41_400),
        ("오전 12:30", 1_800),
        ("下午13:05", 47_100),
        ("24:53", 89_580),
    ],
)
def test_clocks(written: str, seconds: int) -> None:
    found = re.fullmatch(clocks.CLOCK, written)
    assert found is not None
    assert clocks.seconds(found) == seconds


def test_sentences() -> None:
    known = Sentences({"join": ["{a} joined."], "say": ["{a} said {b}", "{a} said nothing…"]})
    assert known.match("Ada joined") == ("join", {"a": "Ada"})
    assert known.match(" Ada joined. ") == ("join", {"a": "Ada"})
    assert known.match("Ada said hi there.") == ("say", {"a": "Ada", "b": "hi there"})
    assert known.match("joined") is None
    assert known.match("Ada joined us") is None
    assert known.match("x" * 1000 + " joined") is None
    titles = Sentences({"with": ["Chat with {x}"]}, stops=False)
    assert titles.match("Chat with Ada B.") == ("with", {"x": "Ada B."})


DAY, NAMES, TABLE = "2024/01/15(Mon)\n", "2024.01.15 Monday\n", "id,type_name,is_sender,talker,msg,CreateTime\n"
KAKAO, QQ = "x님과 카카오톡 대화\n", "消息对象:x\n2019-07-16 18:15:05 "


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        (line, DAY + '09:00\tAda\t"x\n' * 30_000),
        (line, DAY + '09:00\tAda\t"x\ny\n' * 30_000),
        (line, DAY + '09:00\tAda\t"x\n' + 'y""\n' * 60_000),
        (line, DAY + ('09:00\tAda\t"x\n' + 'y"\n' * 300 + "\n" * 300) * 100),
        (line, f"{DAY}2024/01/16(Tue)\n" * 20_000 + "09:00\tAda\thi\n"),
        (line, NAMES + "".join(f"{23 - n // 1_300:02}:00 Ada x{n}\n" for n in range(30_000))),
        (line, NAMES + "".join(f"09:00 n{n} b c d e f g{n}\n" for n in range(30_000))),
        (line, NAMES + ("09:00 " + "x " * 20_000 + "\n") * 50),
        (kakaotalk, KAKAO + "2024. 1. 3. 21:05, " + "a :" * 300_000),
        (kakaotalk, KAKAO + "[a" + "] [" * 300_000),
        (kakaotalk, KAKAO + ("-" * 79 + "\n") * 20_000),
        (qq, QQ + "(1" * 200_000 + "\nx\n"),
        (qq, QQ + "<a@" * 200_000 + "\nx\n"),
        (qq, QQ + "【】" * 200_000 + "x\nx\n"),
        (qq, QQ + "x\n" + "[图片]" * 200_000),
        (qq, ("=" * 64 + "\n消息对象:x\n") * 20_000),
        (wechat, TABLE + '1,文本,0,A,"' + "[引用 " * 200_000 + '",2024-1-1 10:00\n'),
        (wechat, TABLE + '1,文本,0,A,"' + "x\n" * 100_000),
        (wechat, TABLE + "1,系统通知,0,A," + "<a" * 200_000 + ",2024-1-1 10:00\n"),
        (wechat, TABLE + '1,链接,0,A,"' + "http://x" * 100_000 + '",2024-1-1 10:00\n'),
    ],
    ids=range(20),
)
def test_hostile_texts_take_linear_time(reader: Reader, content: str) -> None:
    started = time.process_time()
    with suppress(UnreadableError):
        reading = read(reader, export(content, "x.csv" if reader is wechat else "x.txt"))
        assert reading.rows or reading.issues
    assert time.process_time() - started < 10
