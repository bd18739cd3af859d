"""DiscordChatExporter's CSV and plain text: versions, dates as computers write them, look-alikes, damage."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from chatclone_dagster.readers import discord
from chatclone_dagster.readers.contract import Out, ReadOptions
from chatclone_dagster.readers.discord.dates import Dates
from tests.readers.conformance.vectors import FIXTURES
from tests.readers.reading import Reading, export, on_disk, read

RULE = "=" * 62
HEAD = f"{RULE}\nGuild: Chess Club\nChannel: Talk / general\n{RULE}\n\n"
HALF_PAST_TEN = datetime(2024, 1, 15, 22, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    "written",
    [
        "1/15/2024 10:30 PM",
        "1/15/2024 10:30\u202fPM",
        "01/15/2024 22:30:00",
        "15/01/2024 22:30",
        "15/1/2024 10:30 p. m.",
        "15.01.2024 22:30",
        "15.01.2024 22.30",
        "15. 1. 2024 22:30",
        "15. 01. 2024. 22:30",
        "15.01.2024 г. 22:30",
        "15-01-2024 22:30",
        "15-Jan-24 10:30 PM",
        "15 January 2024 22:30",
        "Monday, January 15, 2024 10:30 PM",
        "2024-01-15 22:30",
        "2024-01-15 10:30 p.m.",
        "2024-01-15 22 h 30",
        "2024/1/15 下午 10:30",
        "2024. 1. 15. 오후 10:30",
        "22:30 15/01/2024",
        "15/1/2567 22:30",
        "١٥/٠١/٢٠٢٤ ١٠:٣٠ م",
    ],
)
def test_dates_as_computers_write_them(written: str) -> None:
    reading = read(discord, export(f"{HEAD}[{written}] Ada\nhi\n\n\n"))
    assert (reading.column("sent_local"), reading.column("tz_known")) == ([HALF_PAST_TEN], [False])
    assert (reading.column("text"), reading.issues) == (["hi"], [])


@pytest.mark.parametrize(
    "written", ["1705357800", "1705357800000", "2024-01-15T23:30:00.0000000+01:00", "2024-01-15 22:30:00Z"]
)
def test_dates_that_say_their_zone(written: str) -> None:
    for content in (f"{HEAD}[{written}] Ada\nhi\n\n\n", f'AuthorID,Author,Date,Content\n"1","Ada","{written}","hi"\n'):
        reading = read(discord, export(content))
        assert (reading.column("sent_local"), reading.column("tz_known")) == ([HALF_PAST_TEN], [True])


@pytest.mark.parametrize(
    "written",
    [
        "30/02/2024 10:30",
        "10/25/1402 10:30",
        "0000-01-01 10:30",
        "99999-01-01T10:30:00Z",
        "1/1/9999 10:30",
        "25:61 1/1/2024",
    ],
)
def test_times_that_are_none(written: str) -> None:
    reading = read(discord, export(f'AuthorID,Author,Date,Content\n"1","Ada","{written}","hi"\n'))
    assert reading.rows == []
    assert [(issue["position"], "JSON" in issue["reason"]) for issue in reading.issues if issue["is_row"]] == [
        (2, True)
    ]


def order(*written: str, options: ReadOptions | None = None) -> tuple[str | float, int]:
    """The order found, and how many doubts there are."""
    dates, out = Dates(), Out("discord", "0" * 16, "x", lambda _: None)
    for one in written:
        dates.look(one)
    dates.settle(1, options or ReadOptions(), out)
    return out.facts["date_order"], out.issues().height


def test_which_number_is_the_day() -> None:
    days = [f"{day:02}/{month:02}/2024 10:00" for month in (1, 2) for day in (3, 5, 9)]
    assert order(*days) == ("dmy", 0)
    assert order(*days[::-1]) == ("dmy", 0)  # newest first
    months = [f"{month:02}/{day:02}/2024 10:00" for month in (1, 2) for day in (3, 5, 9)]
    assert order(*months[::-1]) == ("mdy", 0)
    assert order("03/04/2024 10:00") == ("dmy", 1)
    assert order("3/4/2024 10:00 AM") == ("mdy", 1)  # as only American computers write it
    assert order("03/04/2024 10:00", options=ReadOptions(date_order="mdy")) == ("mdy", 0)


def test_the_oldest_text_has_one_empty_line_between_messages() -> None:
    head = f"{RULE}\nGuild: Chess Club\nChannel: general\nTopic: \nMessages: 3\nRange: \n{RULE}\n\n"
    body = "[13-Jul-18 10:00 AM] ada#1234\nhi\nthere\n\n{Attachment}\nhttps://x/a.png\n\n"
    body += "[13-Jul-18 10:01 AM] bob#0000\n\n\n[13-Jul-18 10:02 AM] ada#1234\nbye\n\n"
    reading = read(discord, export(head + body, "x.txt"))
    assert reading.column("text") == ["hi\nthere", "", "bye"]
    assert reading.column("kind") == ["media", "unavailable", "text"]
    assert reading.column("sender_name") == ["ada#1234", "bob", "ada#1234"]
    assert reading.issues == []


def test_sections_and_sentences() -> None:
    body = "[1/15/2024 10:30 AM] Ada (pinned)\nlook\n\n{Attachments}\nhttps://x/a b.png\nhttps://x/c.png\n\n{Embed}\nA title\n\n"
    body += "{Reactions}\n❤ (2) paul\n\n\n[1/15/2024 10:31 AM] Ada\nStarted a call that lasted 3 minutes.\n\n\n"
    body += "[1/15/2024 10:32 AM] Ada\nAdded Bob to the group.\n\n\n[1/15/2024 10:33 AM] Ada\n\n\n{Embed}\nhttps://x/gif\n\n\n"
    reading = read(discord, export(HEAD + body, "Direct Messages - Private - Bob [812345678901234567].txt"))
    assert reading.column("kind") == ["media", "call", "system", "media"]
    assert reading.column("text") == ["look", "", "Added Bob to the group.", ""]
    assert reading.column("attachments") == [["https://x/a b.png", "https://x/c.png"], [], [], ["https://x/gif"]]
    assert [item["emoji"] for item in reading.rows[0]["reactions"]] == ["❤", "❤", ":paul:"]
    assert {row["conversation_key"] for row in reading.rows} == {"812345678901234567"}


@pytest.mark.parametrize(
    ("server", "channel", "is_group"),
    [
        ("Direct Messages", "Private / Bob", False),
        ("Direct Messages", "Group / Us", True),
        ("Direct Messages", "Bob", None),
        ("Club", "a", True),
    ],
)
def test_kinds_of_chats(server: str, channel: str, is_group: bool | None) -> None:
    text = f"{RULE}\nGuild: {server}\nChannel: {channel}\n{RULE}\n\n[1/15/2024 10:30 AM] Ada\nhi\n\n\n"
    row = read(discord, export(text, "x.txt")).rows[0]
    assert (row["is_group"], row["conversation_name"]) == (is_group, channel.rpartition(" / ")[2])
    named = read(
        discord,
        export(
            'AuthorID,Author,Date,Content\n"1","A","2024-01-15T10:30:00Z","hi"\n',
            f"{server} - {channel.replace('/', '-')} [812345678901234567].csv",
        ),
    )
    assert named.rows[0]["is_group"] is is_group


def test_a_text_that_breaks_off_or_was_put_together() -> None:
    one = "[1/15/2024 10:30 AM] Ada\nhi\n\n\n"
    end = f"{RULE}\nExported {{}} message(s)\n{RULE}\n"
    assert read(discord, export(HEAD + one)).issues == []
    assert read(discord, export(HEAD + one + end.format(1) + HEAD + one + end.format(1))).column("text") == ["hi", "hi"]
    assert read(discord, export(HEAD + one + end.format("1.000"))).reasons == [
        "the file says that it holds 1000 messages, and holds 1"
    ]
    assert "before the first" in read(discord, export(HEAD + "who?\n\n" + one)).reasons[0]
    assert read(discord, export(HEAD)).rows == []


@pytest.mark.parametrize(
    "header",
    [
        "AuthorID,Author,Date,Content,Attachments,Reactions",
        '"AuthorID","Author","Date","Content"',
        "MessageID,AuthorID,Author,Date,Content,ReplyTo",
    ],
)
def test_headers_of_tables(header: str) -> None:
    cells = {
        "MessageID": "7",
        "AuthorID": "1",
        "Author": "ada#0",
        "Date": "2024-01-15T22:30:00Z",
        "Content": 'a "b",\nc',
        "ReplyTo": "5",
    }
    names = header.replace('"', "").split(",")
    record = ",".join('"' + cells.get(name, "").replace('"', '""') + '"' for name in names)
    file = export(f"{header}\r\n{record}\r\n", "x.csv")
    sniff = discord.sniff(file)
    assert (sniff.variant if sniff else None) == "csv"
    row = read(discord, file).rows[0]
    assert (row["text"], row["sender_key"], row["sender_name"]) == ('a "b",\nc', "1", "ada")
    assert (row["platform_id"], row["reply_to"]) == (("7", "5") if "MessageID" in header else (None, None))


def test_files_of_a_table() -> None:
    cells = (
        "https://x/a.png?a=1,2,https://x/b.png",
        "x_Files/a.png,x_Files/b.png",
        "https://x/voice-message.ogg?ex=1",
        "",
    )
    rows = "".join(f'"1","Ada","2024-01-15T10:30:00Z","","{cell}",""\n' for cell in cells)
    reading = read(discord, export(f"AuthorID,Author,Date,Content,Attachments,Reactions\n{rows}", "x.csv"))
    assert reading.column("attachments")[0] == ["https://x/a.png?a=1,2", "https://x/b.png"]
    assert reading.column("attachments")[1] == ["x_Files/a.png", "x_Files/b.png"]
    assert reading.column("kind") == ["media", "media", "voice", "unavailable"]


def test_broken_records_cost_themselves() -> None:
    good = '"1","Ada","2024-01-15T10:30:00Z","hi","",""\n'
    reading = read(
        discord, export(f'AuthorID,Author,Date,Content,Attachments,Reactions\n{good}"1","Ada,"x"\n{good}', "x.csv")
    )
    assert reading.column("text") == ["hi", "hi"]
    assert [issue["is_row"] for issue in reading.issues] == [True]


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="no fixtures beside the checkout")
@pytest.mark.parametrize("ending", ["json", "csv", "txt"])
def test_fixtures(ending: str) -> None:
    folder = Path(FIXTURES) / "Berektassuly__chatpack" / "from_tests_integration_rs"
    reading: Reading = read(discord, on_disk(folder / f"discord.{ending}"))
    assert len(reading.rows) == 3
    assert reading.issues == []
