"""Rows about WhatsApp: whole files, the order of dates, shapes of headers, strings by language."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from chatclone_dagster.readers import whatsapp
from chatclone_dagster.readers.contract import DateOrder, ReadOptions, UnreadableError
from chatclone_dagster.readers.times import dates
from chatclone_dagster.readers.whatsapp.locales import LRM
from tests.readers.conformance.messages import Row, check_counts, check_messages
from tests.readers.reading import export, on_disk, read

_DATE = re.compile(r"\d+([-/.])\d+[-/.]\d+")


def _options(row: Row) -> ReadOptions:
    options = row.get("options", {})
    order: DateOrder | None = None
    if "day_first" in options:
        order = "dmy" if options["day_first"] else "mdy"
    if "format" in options:
        letters = [letter.lower() for letter in re.findall(r"[MdyY]+", options["format"].split("H")[0])]
        order = "".join(dict.fromkeys(letter[0] for letter in letters))  # type: ignore[assignment]
    return ReadOptions(date_order=order)


def check_file(row: Row, fixtures: Path) -> None:
    """A row with the text of a file, or the name of a fixture, and the messages in it."""
    name = row.get("filename", "WhatsApp Chat with X.txt")
    if "input_each" in row:
        for content in row["input_each"]:
            reading = read(whatsapp, export(content, name))
            assert [item["sender_name"] for item in reading.rows] == [row["expect_each_author"]]
            assert [item["text"] for item in reading.rows] == [row["expect_each_text"]]
        return
    file = on_disk(fixtures.parent / row["file"]) if "file" in row else export(row["input"], name)
    if "expect_error" in row:
        with pytest.raises(UnreadableError):
            read(whatsapp, file, _options(row))
        return
    nothing_in_it = row.get("expect_no_user_messages") or row.get("expect") == []
    if whatsapp.sniff(file) is None and nothing_in_it:
        return
    assert whatsapp.sniff(file) is not None
    try:
        reading = read(whatsapp, file, _options(row))
    except UnreadableError:
        assert nothing_in_it
        return
    if "expect" in row:
        check_messages(reading, row)
    check_counts(reading, row)
    if row.get("expect_no_user_messages"):
        assert reading.said == []
    if "expect_date_format" in row:
        got = reading.said[0]
        date = _DATE.search(file.head.decode().split("\n")[got["position"] - 1])
        assert date is not None
        digits = "".join(str(int(c)) if c.isdigit() else c for c in date[0])
        wanted = datetime.strptime(digits, row["expect_date_format"])  # noqa: DTZ007
        assert got["sent_local"].date() == wanted.date()
    if "expect_hformat" in row:
        header = row["expect_hformat"].split("%name")[0].strip()
        with file.open() as stream:
            lines = stream.read().decode().splitlines()
        for item in reading.rows:
            written = [item["sent_local"].strftime(re.sub("%[yY]", year, header)) for year in ("%y", "%Y")]
            assert lines[item["position"] - 1].startswith(tuple(written))
    if "group_name_author" in row:
        assert reading.rows[0]["kind"] == "system"
        assert row["group_name_author"] not in [item["sender_name"] for item in reading.rows]


def check_date_order(row: Row, _: Path) -> None:
    fields = np.array(row["dates"])
    widths = np.where(fields > 99, 4, 2)
    orders = dates.by_size(fields, widths)
    heuristic = row["heuristic"]
    if heuristic.startswith("decreas"):
        orders = dates.by_steps(fields, ["dmy", "mdy"])
    elif "freq" in heuristic or "change" in heuristic:
        orders = dates.by_change(fields, ["dmy", "mdy"])
    elif heuristic != "above12":
        found = dates.find_order(fields, widths)
        orders = [found.order] if found else []
    days_first = None if len(orders) != 1 else orders[0] == "dmy"
    assert days_first is row["expect_days_first"]


NAMES = ("Ada", "Grace Hopper", "~ Linus", "+49 170 1234567", "Zoë: work")


def check_header_format(row: Row, _: Path) -> None:
    """Write a small export with this header, with years of two and of four digits, and read it back."""
    for year in ("%y", "%Y"):
        header = re.sub("%[yY]", year, row["hformat"])
        start = datetime(2018, 11, 3, 9, 5, 7)  # noqa: DTZ001 (exports have no zone)
        sent = [start + timedelta(days=n * 5, hours=n, minutes=7 * n, seconds=n) for n in range(40)]
        seconds = "%S" in header
        sent = [moment if seconds else moment.replace(second=0) for moment in sent]
        names = [NAMES[n % 3] for n in range(40)]
        bodies = [f"message {n}\nwith a second line" if n % 7 == 0 else f"message: {n}" for n in range(40)]
        lines = [
            f"{moment.strftime(header.replace('%name', name))} {body}"
            for moment, name, body in zip(sent, names, bodies, strict=True)
        ]
        reading = read(whatsapp, export("\n".join(lines) + "\n"))
        assert reading.column("sent_local") == sent
        assert reading.column("sender_name") == names
        assert reading.column("text") == bodies


_OURS = {
    **dict.fromkeys(("image", "video", "gif", "document", "media", "attachment"), "media"),
    **dict.fromkeys(("location", "live"), "location"),
    **{same: same for same in ("sticker", "contact", "deleted", "poll")},
    "audio": "voice",
    "edited": "text",
    "pending": "unavailable",
}
"""The beginnings of kinds as the vectors name them → ours."""


def check_locale_string(row: Row, _: Path) -> None:
    """The string as a whole body, as Android and as an iPhone write it; inside a sentence it is text."""
    kind, string = row["kind"], row["string"].replace("{f}", "IMG-0001.jpg")
    if kind == "zip_txt_name":
        name = row["string"].replace("{x}", "Ada")
        path = f"WhatsApp Chat - Ada.zip!{name}" if name.startswith("_") else name
        reading = read(whatsapp, export("13.03.24, 10:15 - Ada: hi\n", path))
        assert reading.rows[0]["conversation_name"] == "Ada"
        return
    body = {
        "edited_suffix": f"hello \u200e{string}",
        "location_prefix": f"{string}maps.google.com/?q=52.51,13.40",
        "poll_header": f"{string}\nWhere to?\n\u200eOPTION: Here (1 vote)\n\u200eOPTION: There (0 votes)",
        "poll_option": f"POLL:\nWhere to?\n\u200e{string} Here (1 vote)\n\u200e{string} There (0 votes)",
    }.get(kind, string)
    wanted = _OURS[kind.split("_")[0]]
    android = f"13.03.24, 10:15 - Ada: {body}\n13.03.24, 10:16 - Grace: so: {string} it is\n"
    ios = f"[13.03.24, 10:15:00] Ada: hi\n\u200e[13.03.24, 10:16:00] Grace: {'' if kind == 'edited_suffix' else LRM}{body}\n"
    for content, place in ((android, 0), (ios, 1)):
        got = read(whatsapp, export(content)).rows[place]
        assert got["kind"] == wanted
        assert got["edited"] is (kind == "edited_suffix")
        assert got["text"] == {"text": "hello", "poll": "Where to?\nHere\nThere"}.get(wanted, "")
        assert got["attachments"] == (["IMG-0001.jpg"] if "{f}" in row["string"] else got["attachments"])
        if kind == "deleted_by_me" and row["locale"] != "ar":
            assert got["from_owner"] is True
    sentence = read(whatsapp, export(android)).rows[1]
    if kind not in ("attachment_prefix", "edited_suffix"):
        assert sentence["kind"] == "text"
        assert sentence["text"] == f"so: {string} it is"
