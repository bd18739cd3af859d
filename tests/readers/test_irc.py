"""IRC logs: every client's form, who says what, and what is no log."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers import irc
from tests.readers.logs import at, log
from tests.readers.reading import export
from tests.readers.writing.irc import CLIENTS, Event, logs


@pytest.mark.parametrize("name", CLIENTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_written_log_is_read_back(name: str, data: st.DataObject) -> None:
    client = CLIENTS[name]
    path, content, events = data.draw(logs(name))
    reading = log(content, path)
    rows = reading.rows
    assert reading.issues == []
    assert len(rows) == len(events)
    exact = "%S" in client.stamp
    last = events[0].at
    for row, event in zip(rows, events, strict=True):
        last = last if event.what in client.unstamped else event.at
        assert row["sent_local"] == (last if exact else last.replace(second=0))
        check(row, event)
    assert {row["conversation_name"] for row in rows} == {"#chess"}
    assert {row["is_group"] for row in rows} == {True}


def check(row: dict[str, Any], event: Event) -> None:
    if event.what in ("say", "do", "notice"):
        assert (row["kind"], row["sender_key"], row["sender_name"]) == ("text", event.nick, event.nick)
        assert row["text"] == (f"/me {event.text}" if event.what == "do" else event.text)
    else:
        assert (row["kind"], row["sender_key"]) == ("system", None)
        assert event.nick in row["text"]


@pytest.mark.parametrize(
    ("line", "nick", "text"),
    [
        ("< ada> hi", "ada", "hi"),
        ("<@ada> hi", "ada", "hi"),
        ("<@+ada>\thi", "ada", "hi"),
        ("<ada:#chess> hi", "ada", "hi"),
        ("<Ada L> hi", "Ada L", "hi"),
        ("<ada>", "ada", ""),
        ("<ada>  two blanks", "ada", " two blanks"),
        ("\x0304,01<ada>\x0f \x02b\x02 \x1d\x0312,4i\x03 10", "ada", "b i 10"),
        ("* ada has joined the dark side", "ada", "/me has joined the dark side"),
        ("* ada quits smoking", "ada", "/me quits smoking"),
        ("* @ada waves", "ada", "/me waves"),
        ("** ada waves", "ada", "/me waves"),
        ("Action: ada waves", "ada", "/me waves"),
        ("=== ada is away: lunch", "ada", "/me is away: lunch"),
        ("-ada- hi", "ada", "hi"),
        ("-ada:#chess- hi", "ada", "hi"),
        ("-ada(~a@example.org)- hi", "ada", "hi"),
        ("-ChanServ- [#chess] welcome", None, "[#chess] welcome"),
        ("-irc.example.org- *** Looking up", None, "-irc.example.org- *** Looking up"),
        ("* ada (~a@example.org) has joined #chess", None, "ada (~a@example.org) has joined #chess"),
        ("* ada (~a@example.org) has left", None, "ada (~a@example.org) has left"),
        ("* ada has quit (Ping timeout)", None, "ada has quit (Ping timeout)"),
        ("* ada (~a@example.org) Quit (bye)", None, "ada (~a@example.org) Quit (bye)"),
        ("* ada sets mode: +o bo", None, "ada sets mode: +o bo"),
        ("* ada was kicked by bo (bye)", None, "ada was kicked by bo (bye)"),
        ("* Now talking in #chess", None, "Now talking in #chess"),
        ("-!- mode/#chess [+o bo] by ada", None, "mode/#chess [+o bo] by ada"),
        ("=== mode/#chess [+o bo]  by ada", None, "mode/#chess [+o bo]  by ada"),
        ("*** Quits: ada (~a@example.org) (bye)", None, "Quits: ada (~a@example.org) (bye)"),
        ("--> ada has joined #chess", None, "ada has joined #chess"),
        ("ada (~a@example.org) left irc: bye", None, "ada (~a@example.org) left irc: bye"),
    ],
)
def test_what_stands_behind_the_time(line: str, nick: str | None, text: str) -> None:
    row = log(f"10:00 <bo> hi\n10:00 <bo> hi\n10:00 {line}\n").rows[2]
    assert (row["sender_key"], row["text"], row["kind"]) == (nick, text, "text" if nick else "system")


def test_changes_of_nick_are_counted_and_join_nobody() -> None:
    reading = log(
        "10:00 <ada> hi\n10:01 -!- ada is now known as ada_\n10:02 <ada_> ho\n10:03 <bo> bo is now known as a fool\n"
    )
    assert reading.column("sender_key") == ["ada", None, "ada_", "bo"]
    assert reading.facts["nick_changes"] == 1


def test_a_log_full_of_colours_is_text() -> None:
    content = "".join(
        f"\x0301[10:{minute:02}] \x0302<\x0304ada\x0302>\x0f \x02\x02\x1f\x1f{minute}\n" for minute in range(60)
    )
    assert log(content).column("text") == [str(minute) for minute in range(60)]


def test_lines_of_another_encoding_are_read_and_reported_once() -> None:
    reading = log(b"10:00 <ada> \xfcber\n10:01 <ada> \xc3\xbcber\n10:02 <ada> \x80 5\n")
    assert reading.column("text") == ["über", "über", "€ 5"]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(1, False)]


PIDGIN = """Conversation with bo at Sat 25 Dec 2004 10:00:00 AM CET on ada@irc.example.org (irc)
(10:00:00) bo: one
two

10:00 three
(10:00:01) ada: (not a time) yes
(10:00:02) ***ada waves
(10:00:03) bo left the room (quit: bye).
(12/26/2004 12:01:00 AM) bo: late
"""


def test_pidgin() -> None:
    reading = log(PIDGIN, "logs/irc/ada@irc.example.org/bo/2004-12-25.100000+0100CET.txt")
    assert reading.column("text")[:3] == ["one\ntwo\n\n10:00 three", "(not a time) yes", "/me waves"]
    assert reading.column("from_owner") == [False, True, True, None, False]
    assert reading.column("kind") == ["text", "text", "text", "system", "text"]
    assert reading.column("sent_local")[-1] == at(26, 0, 1)
    assert {row["conversation_name"] for row in reading.rows} == {"bo"}
    assert reading.issues == []


def test_pidgin_in_another_language() -> None:
    head = "Unterhaltung mit bo um Sa 25 Dez 2004 10:00:00 CET auf ada@irc.example.org (irc)\n"
    reading = log(
        head + "(10:00:00) bo: on 1 May 2003 (maybe)\nor Conversation with (x) 1 May 2002 (irc)\n(10:00:01) bo: ok\n",
        "irc/a@b/bo/x.txt",
    )
    assert reading.column("sent_local") == [at(25, 10), at(25, 10, 0, 1)]
    assert {row["conversation_name"] for row in reading.rows} == {"x"}


def test_pidgin_has_names_with_blanks_on_other_networks() -> None:
    reading = log(PIDGIN.replace("(irc)", "(jabber)").replace(") bo:", ") Bo Peep:"), "x.txt")
    assert reading.column("sender_key")[0] == "Bo Peep"


def test_what_is_no_line_of_a_log_is_reported() -> None:
    reading = log("10:00 <ada> a\npasted by hand\n10:01 <ada> b\n99:99 <ada> c\n")
    assert reading.column("text") == ["a", "b"]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(2, True), (4, True)]
    assert "pasted" not in str(reading.issues)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chat.txt", "13/06/2018, 10:00 - Ada: <hi> there\n13/06/2018, 10:01 - Bo: ok\n"),
        ("chat.txt", "[13.06.18, 10:00:00] Ada: <hi>\n"),
        ("LINE.txt", "2016/04/29(Fri)\n10:30\tAda\thi\n10:31\tBo\tho\n"),
        ("skype.txt", "[10:00:00] Ada: hi\n[10:00:01] Bo: ho\n"),
        ("x.csv", "sent_at,sender,text\n2020-01-01 10:00:00,ada,hi\n"),
        ("syslog", "Jan 13 04:39:42 host sshd[1]: hello\n" * 5),
        ("server.log", "[12:34:56] [Server thread/INFO]: <ada> hi\n" * 5),
        ("access.log", '127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1\n' * 5),
        ("notes.md", "10:00 * buy milk\n"),
        ("notes.txt", "buy milk\n10:00 dentist\n"),
        ("page.txt", "<html>\n<p> hi\n</p>\n"),
        ("talk.srt", "1\n00:00:01,000 --> 00:00:02,000\nhello\n"),
    ],
)
def test_other_texts_are_not_claimed(name: str, content: str) -> None:
    assert irc.sniff(export(content, name)) is None


def test_a_table_without_a_header_is_no_sure_thing() -> None:
    sniff = irc.sniff(export("2020-01-01 10:00:00\tada\thi\n" * 3, "x.tsv"))
    assert sniff is not None
    assert sniff.confidence <= 0.5
