"""One conversation in the files of two tools, or of two phones: real files in, each message once, and nobody mistaken."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from tests.readers.test_all_in_one_home import history_of, home_with
from tests.readers.writing.places import BESIDE, SAMPLES, content_of
from tests.readers.writing.scene import ANN, BO, Said, lines, said

SAMPLE = {sample.name: sample for sample in SAMPLES}
OF_ONE_APP = (
    ("whatsapp android", "whatsapp ios", "whatsapp converted", "imazing whatsapp"),
    ("imessage database", "imessage_exporter txt", "imessage_exporter html", "imazing messages", "imessage database"),
    ("telegram json", "telegram account", "telegram html", "whatsapp converted"),
    ("discord package", "discord json", "discord html", "discord txt", "discord csv 2018", "discord csv"),
    (
        "signal official",
        "signal sigexport json",
        "signal sigtop json",
        "signal sigexport md",
        "signal sigtop text-short",
        "signal sigtop text",
        "signal official",
    ),
    ("messenger json", "messenger html", "messenger e2ee", "messenger json"),
    ("instagram json", "instagram html"),
    ("wechat weflow", "wechat weclone", "wechat memotrace", "wechat memotrace-raw"),
    ("kakaotalk dated", "kakaotalk csv", "kakaotalk computer"),
    ("slack export", "slack dump"),
)


def scene(count: int = 40) -> list[Said]:
    """What Ann and Bo say in some hours: some of it again and again, several times within a minute."""
    first = said(0)[0]
    made, at = [], first.at
    for n in range(count):
        at += timedelta(seconds=(7, 41, 95, 1800)[n % 4] + n)
        text = "ok" if n % 5 < 2 else f"shall we meet at the bridge number {n}?"
        made.append(Said(100 + n, at, ANN if n % 3 else BO, text))
    return made


@pytest.mark.parametrize("pair", [pair for names in OF_ONE_APP for pair in pairwise(names)], ids=" and ".join)
def test_a_conversation_that_two_tools_exported(tmp_path: Path, pair: tuple[str, str]) -> None:
    told = scene()
    files = {f"{n}/{SAMPLE[name].path}": content_of(SAMPLE[name], told) for n, name in enumerate(pair)}
    beside = {f"{n}/{path}": json.dumps(value).encode() for n in range(2) for path, value in BESIDE.items()}
    made = history_of(home_with(tmp_path, files | beside)).messages
    assert made["text"].to_list() == [one.text for one in told]
    assert made["is_owner"].to_list() == [one.is_mine for one in told]
    assert made["conversation_id"].n_unique() == 1


def test_a_chat_of_an_iphone_and_an_android_phone_in_another_zone(tmp_path: Path) -> None:
    """Bo's phone is nine hours ahead, writes minutes only, and knows Ann, himself and the chat by other names."""
    told = scene()
    names = {ANN: "Annie", BO: "Bobby"}
    there = [replace(one, at=one.at + timedelta(hours=9), sender=names[one.sender]) for one in told]
    mine = lines("[{at:%d.%m.%y, %H:%M:%S}] {who}: {text}")(told[:30])
    his = lines("{at:%d/%m/%Y, %H:%M} - {who}: {text}")(there[5:])
    paths = "mine/WhatsApp Chat - Bo Ek/_chat.txt", "his/WhatsApp Chat with Annie.txt"
    files = {
        path: content.encode() for path, content in zip(paths, (mine, his), strict=True) if isinstance(content, str)
    }
    made = history_of(home_with(tmp_path, files)).messages
    assert made["text"].to_list() == [one.text for one in told]
    assert made["sender_name"].to_list() == [one.sender for one in told]
    assert {*made["conversation_name"]} == {"Bo Ek"}
    minutes = pl.Series([one.local for one in told]).dt.truncate("1m").to_list()
    assert made["sent_at"].dt.replace_time_zone(None).dt.truncate("1m").to_list() == minutes
