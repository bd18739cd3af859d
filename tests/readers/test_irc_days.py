"""Which day a line of an IRC log is of, and which chat: what stands above the lines, in them, and in the file's path."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chatclone_dagster.readers.contract import UnreadableError
from tests.readers.logs import at, log


def test_days_are_told_above_the_lines_or_by_a_clock_that_goes_back() -> None:
    reading = log(
        "--- Log opened Fri Dec 24 22:00:00 2004\n22:10 <ada> a\n23:59 <ada> b\n00:01 <ada> c\n--- Day changed Mon Dec 27 2004\n"
        "09:00 <ada> d\n--- Log closed Mon Dec 27 09:30:00 2004\n--- Log opened Tue Dec 28 08:00:00 2004\n08:00 <bo> e\n",
        "#chess.log",
    )
    assert reading.column("sent_local") == [at(24, 22, 10), at(24, 23, 59), at(25, 0, 1), at(27, 9), at(28, 8)]
    assert reading.issues == []


def test_a_log_cut_off_above_is_dated_by_the_first_day_it_names() -> None:
    reading = log("22:10 <ada> a\n00:01 <ada> b\n--- Day changed Mon Dec 27 2004\n09:00 <ada> c\n", "#chess.log")
    assert reading.column("sent_local") == [at(25, 22, 10), at(26, 0, 1), at(27, 9)]


def test_a_clock_set_back_for_winter_is_no_new_day() -> None:
    assert log("02:59 <ada> a\n02:01 <ada> b\n").column("sent_local") == [at(25, 2, 59), at(25, 2, 1)]


def test_a_clock_to_twelve_without_am_and_pm_goes_round_twice_a_day() -> None:
    lines = [f"[{(hour - 1) % 12 + 1:02}:30] <ada> {hour}\n" for hour in range(24)]
    reading = log("".join(lines))
    assert reading.column("sent_local") == [at(25, hour, 30) for hour in range(24)]
    assert ["neither am nor pm" in reason for reason in reading.reasons] == [True]


def test_a_year_that_turns_without_being_said() -> None:
    head = "**** BEGIN LOGGING AT Fri Dec 31 23:00:00 2004\n\n"
    reading = log(
        head + "Dec 31 23:01:00 <ada>\ta\nJan 01 00:01:00 <ada>\tb\nFeb 29 00:01:00 <ada>\tc\n", "x-#chess.log"
    )
    assert reading.column("sent_local") == [at(31, 23, 1), at(1, 0, 1, month=1, year=2005)]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(5, True)]
    assert log("Dec 31 23:01:00 <ada> a\n", "logs/2004/#chess.log").column("sent_local") == [at(31, 23, 1)]


@pytest.mark.parametrize(
    "content", ["10:00 <ada> hi\n", "Dec 31 23:01:00 <ada> hi\n", "<ada> hi\n<bo> ho\n", "[10:00] * ada waves\n"]
)
def test_a_log_without_a_day_says_what_to_do(content: str) -> None:
    with pytest.raises(
        UnreadableError, match=r"no date; put the day into the file's name, such as #channel_2004-12-25\.log"
    ):
        log(content, "#chess.log")


@pytest.mark.parametrize(
    ("line", "sent", "known"),
    [
        ("[2004-12-25T10:00:00.000Z] <ada> hi", at(25, 10), True),
        ("[2004-12-25T10:00:00+0100] <ada> hi", at(25, 9), True),
        ("2004-12-25T10:00:00.123456Z\t@ada\thi", at(25, 10), True),
        ("[12/25/2004 @ 10:00:00] <ada> hi", at(25, 10), False),
        ("[25/12/2004 - 10:00] <ada> hi", at(25, 10), False),
        ("[25 Dec/10:00] <ada> hi", at(25, 10), False),
        ("[Sat 25 Dec 10:00:00] <ada> hi", at(25, 10), False),
        ("Sat Dec 25 10:00:00 2004 <ada> hi", at(25, 10), False),
        ("[10:00:00 PM] <ada> hi", at(25, 22), False),
        ("[12.00] <ada> hi", at(25, 12), False),
        ("(12:00 am) <ada> hi", at(25, 0), False),
    ],
)
def test_times(line: str, sent: datetime, known: bool) -> None:
    row = log(f"{line}\n{line}\n").rows[0]
    assert (row["sent_local"], row["tz_known"], row["sender_key"], row["text"]) == (sent, known, "ada", "hi")


def test_two_numbers_that_could_be_either() -> None:
    content = "[05/06/2004 - 10:00] <ada> hi\n"
    assert log(content, "#chess.log").column("sent_local") == [at(5, 10, month=6)]
    assert log(content, "#chess.log", date_order="mdy").column("sent_local") == [at(6, 10, month=5)]
    assert log(content, "#chess_20040506.log").column("sent_local") == [at(6, 10, month=5)]


@pytest.mark.parametrize(
    "line",
    [
        "--- Log opened Sa Dez 25 00:00:00 2004",
        "--- Day changed sam. 25 déc. 2004",
        "--- Day changed sab 25 dic 2004",
        "--- Day changed 土 12月 25 2004",
        "--- Day changed Сб дек 25 2004",
        "--- Log opened mar. 25 décembre 2004",
        "Session Start: Sat Dec 25 00:00:00 2004",
        "Session Time: Sat Dec 25 00:00:00 2004",
        "**** PROTOKOLL BEGINNT AM Sa Dez 25 00:00:00 2004",
        "IRC log started Sat Dec 25 00:00:00 2004",
        "--- 2004-12-25 ---",
    ],
)
def test_days_in_other_languages(line: str) -> None:
    assert log(f"{line}\n10:00 <ada> hi\n", "#chess.log").column("sent_local") == [at(25, 10)]


@pytest.mark.parametrize(
    ("path", "key", "title"),
    [
        ("#chess_20041225.log", "#chess", "#chess"),
        ("irclogs/Freenode/#Chess.log", "freenode/#chess", "#Chess"),
        ("LiberaChat/#chess.log", "libera/#chess", "#chess"),
        ("irclogs/Freenode/#chess/#chess_20041225.log", "freenode/#chess", "#chess"),
        ("irclogs.zip!2004/12/25/%23chess.txt", "#chess", "#chess"),
        ("irclogs/2004/12/25/#chess-club.txt", "#chess-club", "#chess-club"),
        ("irc.libera.#chess.weechatlog", "libera/#chess", "#chess"),
        ("irc.libera.bo.weechatlog", "libera/bo", "bo"),
        ("FreeNode-#chess.log", "freenode/#chess", "#chess"),
        ("default_oftc_#chess_20041225.log", "oftc/#chess", "#chess"),
        ("#node.js.2004-12-25.log", "#node.js", "#node.js"),
        ("##c++.log", "##c++", "##c++"),
        ("#chess.log.25Dec2004", "#chess", "#chess"),
        ("#chess.log.1", "#chess", "#chess"),
        ("bo/2004-12-25.log", "bo", "bo"),
        ("2004-12-25.log", "2004-12-25.log", "2004-12-25.log"),
    ],
)
def test_the_path_names_the_chat(path: str, key: str, title: str) -> None:
    row = log("2004-12-25 10:00:00 <ada> hi\n", path).rows[0]
    assert (row["conversation_key"], row["conversation_name"]) == (key, title)
    assert row["is_group"] is (True if title.startswith("#") else None)


@pytest.mark.parametrize(
    "path",
    [
        "2004-12-25.log",
        "#c_20041225.log",
        "c.25Dec2004",
        "2004/12/25/c.txt",
        "2004_12_25.txt",
        "25.12.2004.log",
        "2004/#c.12-25.log",
    ],
)
def test_the_path_gives_the_day(path: str) -> None:
    assert log("10:00 <ada> hi\n", path).column("sent_local") == [at(25, 10)]


def test_a_log_without_times_takes_those_of_its_sessions() -> None:
    reading = log(
        "Session Start: Sat Dec 25 10:00:00 2004\nSession Ident: bo\n<ada> hi\n* bo waves\n"
        "Session Close: Sat Dec 25 11:00:00 2004\n"
    )
    assert reading.column("sent_local") == [at(25, 10)] * 2
    assert reading.column("text") == ["hi", "/me waves"]
    assert {row["conversation_name"] for row in reading.rows} == {"bo"}
    assert reading.issues == []


def test_a_day_that_somebody_speaks_of_opens_none() -> None:
    reading = log(
        "10:00 <ada> --- Day changed Mon Dec 27 2004\n10:01 <ada> **** 1 May 2003 (x)\n10:02 * ada --- 1 May 2003\n"
    )
    assert reading.column("sent_local") == [at(25, 10), at(25, 10, 1), at(25, 10, 2)]


def test_an_eggdrop_log_without_a_day_in_its_name() -> None:
    reading = log("[23:59] <ada> a\n[00:00] --- Sun Dec 26 2004\n[00:01] <ada> b\n", "chess.log")
    assert reading.column("sent_local") == [at(25, 23, 59), at(26, 0, 1)]


def test_midnight_by_midnight_for_a_month() -> None:
    start = at(1, 6)
    content = "--- Log opened Wed Dec 01 06:00:00 2004\n" + "".join(
        f"{start + timedelta(hours=7 * n):%H:%M} <ada> {n}\n" for n in range(100)
    )
    assert log(content, "#chess.log").column("sent_local") == [start + timedelta(hours=7 * n) for n in range(100)]
