"""The sample exports: written by their script to the byte, and as varied and as invented as they are meant to be."""

from __future__ import annotations

import io
import json
import re
import tomllib
import zipfile
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from samples.cast import CHATS, FIRST_DAY, LAST_DAY, MIRA, PEOPLE, ZONE
from samples.make_samples import HERE, files_of, perform
from samples.script import read_all
from samples.stage import Message
from samples.truth import truth_lines
from samples.voices import CATCHPHRASES, SIGNATURE_EMOJI

Story = dict[str, list[Message]]
GERMAN = re.compile(r"\b(?:ich|und|nicht|das|ist|der|die|ein|mit|auf|du|wir|es|ja|hab|noch|auch|wie|was)\b", re.I)
ENGLISH = re.compile(r"\b(?:the|and|you|that|is|it|of|to|what|my|with|for|not|are|was|have|this)\b", re.I)


@pytest.fixture(scope="module")
def story() -> Story:
    return perform()


@pytest.fixture(scope="module")
def files(story: Story) -> dict[str, tuple[bytes, list[Message]]]:
    return files_of(story)


@pytest.fixture(scope="module")
def everything(files: dict[str, tuple[bytes, list[Message]]]) -> str:
    """What is readable in all files together."""
    texts = []
    for name, (content, _) in files.items():
        if name.endswith(".zip"):
            texts.append(zipfile.ZipFile(io.BytesIO(content)).read("_chat.txt").decode())
        elif name.endswith(".json"):
            texts.append(content.decode("unicode_escape").encode("latin-1").decode())
        else:
            texts.append(content.decode())
    return "\n".join(texts)


def typed(story: Story, by_mira: bool) -> list[str]:
    """The typed texts of Mira, or of everybody else."""
    return [m.text for ms in story.values() for m in ms if m.kind == "text" and (m.sender == MIRA) == by_mira]


def replies(messages: list[Message]) -> list[Message]:
    """The first message of each turn of Mira's that answers somebody within a session."""
    spoken = [m for m in messages if m.kind != "system"]
    gap = timedelta(hours=3)
    return [b for a, b in pairwise(spoken) if b.sender == MIRA != a.sender and b.at - a.at < gap]


def test_regenerating_gives_the_committed_bytes(files: dict[str, tuple[bytes, list[Message]]]) -> None:
    there = {p.relative_to(HERE / "exports").as_posix() for p in (HERE / "exports").rglob("*") if p.is_file()}
    assert there == set(files)
    for name, (content, _) in files.items():
        assert (HERE / "exports" / name).read_bytes() == content, name
    assert (HERE / "truth.jsonl").read_text("utf-8") == "".join(truth_lines(files))


def test_another_seed_tells_another_story(story: Story) -> None:
    assert [m.text for m in perform("another")["jonas"]] != [m.text for m in story["jonas"]]


def test_size(files: dict[str, tuple[bytes, list[Message]]]) -> None:
    assert 4_800 <= sum(len(messages) for _, messages in files.values()) <= 5_800
    assert sum(len(content) for content, _ in files.values()) < 2_000_000
    assert (HERE / "truth.jsonl").stat().st_size < 1_500_000


def test_enough_scenes() -> None:
    scenes, small_talk = read_all()
    assert len(scenes) >= 200
    assert sum(len(pool) for pool in small_talk.values()) >= 60
    assert sum(len(scene.versions) > 1 for scene in scenes) >= 50


def test_mira_answers_enough_and_evenly(story: Story) -> None:
    answers = [reply for messages in story.values() for reply in replies(messages)]
    assert len(answers) >= 1_900
    months = Counter(f"{reply.at:%Y-%m}" for reply in answers)
    assert len(months) == 14
    mean = len(answers) / 14
    assert all(0.6 * mean < count < 1.5 * mean for count in months.values()), months


def test_no_session_is_too_large(story: Story) -> None:
    answers = [reply for messages in story.values() for reply in replies(messages)]
    for messages in story.values():
        session, last = 0, None
        for reply in replies(messages):
            session = session + 1 if last and reply.at - last < timedelta(hours=3) else 1
            last = reply.at
            assert session <= 0.02 * len(answers)


def test_mira_seldom_repeats_herself(story: Story) -> None:
    texts = Counter(text for text in typed(story, by_mira=True) if len(text) > 12)
    assert sum(count - 1 for count in texts.values()) < 0.03 * texts.total()
    # Nor with another emoji or catchphrase around the same sentence.
    bare: Counter[str] = Counter()
    for text in texts.elements():
        for phrase in CATCHPHRASES:
            text = text.lower().replace(phrase, "")  # noqa: PLW2901
        bare[re.sub(r"\W+|\b(?:ha|he)+\b", " ", text).strip()] += 1
    assert sum(count - 1 for text, count in bare.items() if len(text) > 12) < 0.05 * texts.total()


def test_her_habits_are_hers_alone_and_steady(story: Story) -> None:
    hers, others = typed(story, by_mira=True), "\n".join(typed(story, by_mira=False)).lower()
    for habit in (*CATCHPHRASES, *SIGNATURE_EMOJI):
        assert habit not in others, habit
        assert sum(habit in text.lower() for text in hers) >= 20, habit
    mine = sorted((m for ms in story.values() for m in ms if m.sender == MIRA and m.kind == "text"), key=lambda m: m.at)
    fifth = len(mine) // 5
    for start in range(0, 5 * fifth, fifth):
        part = [m.text.lower() for m in mine[start : start + fifth]]
        assert 0.13 < sum(any(p in text for p in CATCHPHRASES) for text in part) / fifth < 0.28
        assert 0.08 < sum(any(e in text for e in SIGNATURE_EMOJI) for text in part) / fifth < 0.25


def test_her_style(story: Story) -> None:
    private = [
        m.text for key, ms in story.items() if key != "amira" for m in ms if m.sender == MIRA and m.kind == "text"
    ]
    assert sum(text.endswith(".") for text in private) < 0.01 * len(private)
    assert sum(text[0].isupper() for text in private) < 0.04 * len(private)
    others = typed(story, by_mira=False)
    assert sum(text[0].islower() for text in others) < 0.02 * len(others)


def test_two_languages(story: Story) -> None:
    german = {key: sum(len(GERMAN.findall(m.text)) for m in messages) for key, messages in story.items()}
    english = {key: sum(len(ENGLISH.findall(m.text)) for m in messages) for key, messages in story.items()}
    for key in ("wg", "ingrid", "emil"):
        assert german[key] > 5 * english[key]
    for key in ("jonas", "sofia", "dev", "amira"):
        assert english[key] > 5 * german[key]


def test_the_two_exports_of_one_chat_overlap(files: dict[str, tuple[bytes, list[Message]]]) -> None:
    old, new = (
        files[f"{folder}/WhatsApp Chat with Jonas Weber.txt"][0] for folder in ("whatsapp-old-phone", "whatsapp")
    )
    shared = [line for line in new.decode().split("\n") if line and line in set(old.decode().split("\n"))]
    assert len(shared) >= 300
    assert old.decode().endswith("\n".join(shared) + "\n")
    assert new.decode().startswith("\n".join(shared))


def test_every_kind_of_message_is_there(story: Story) -> None:
    kinds = Counter(message.kind for messages in story.values() for message in messages)
    special = {"sticker", "voice", "call", "location", "poll", "contact", "deleted", "unavailable"}
    assert set(kinds) == {"text", "media", "system", *special}
    everyone = [message for messages in story.values() for message in messages]
    assert sum(message.edited for message in everyone) >= 20
    assert sum("\n" in message.text for message in everyone) >= 15
    assert sum(message.answers is not None for message in everyone) >= 30
    assert sum(bool(message.reactions) for message in everyone) >= 100
    assert sum("@\u2068" in message.text for message in story["wg"]) >= 8


def test_the_span_and_the_order(story: Story) -> None:
    for messages in story.values():
        days = [message.at.astimezone(ZONE).date() for message in messages]
        assert min(days) >= FIRST_DAY
        assert max(days) <= LAST_DAY
        assert all(a.at <= b.at for a, b in pairwise(messages))


def test_only_fictional_numbers_and_addresses(everything: str) -> None:
    numbers = {re.sub(r"\s", "", match) for match in re.findall(r"\+\d[\d ]{7,}\d", everything)}
    assert len(numbers) >= 5
    for number in numbers:
        assert re.fullmatch(r"\+493023125\d{3}|\+4917139200\d{2}", number), number
    assert {re.sub(r"\s", "", m) for m in re.findall(r"\bDE\d{2}(?: ?\d{4}){4} ?\d{2}\b", everything)} == {
        "DE89370400440532013000"
    }
    assert set(re.findall(r"\b\d{4} \d{4} \d{4} \d{4}\b(?! \d)", everything)) <= {
        "4111 1111 1111 1111",
        "3704 0044 0532 0130",
    }
    hosts = set(re.findall(r"https?://([\w.-]+)", everything)) - {"maps.google.com"}
    assert hosts
    assert all(re.search(r"(?:^|\.)example\.(?:org|com|net)$", host) for host in hosts), hosts
    mails = set(re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", everything))
    assert mails
    assert all(re.search(r"[@.]example\.(?:org|com|net)$", mail) for mail in mails), mails
    assert all(
        re.fullmatch(r"\+49 171 39200\d\d|\+49 30 23125\d{3}|\+1 202 555 01\d\d", p.phone) for p in PEOPLE.values()
    )


def test_marks_of_the_formats(files: dict[str, tuple[bytes, list[Message]]]) -> None:
    def content(part: str) -> bytes:
        return next(content for name, (content, _) in files.items() if part in name)

    android = content("whatsapp-old-phone").decode()
    assert re.match(r"3/\d+/25, \d+:\d\d\u202f[AP]M - Messages and calls", android)
    chat = zipfile.ZipFile(io.BytesIO(content(".zip"))).read("_chat.txt").decode()
    assert re.match(r"\u200e\[01\.03\.25, \d\d:\d\d:\d\d\] WG Karli 12: \u200eMessages", chat)
    assert chat.count("\r\n") > 800
    assert "\u200ePOLL:\r\n" in chat
    newest: dict[str, Any] = json.loads(content("messenger/"))
    times = [message["timestamp_ms"] for message in newest["messages"]]
    assert times == sorted(times, reverse=True)
    assert b"\\u00f0\\u009f" in content("messenger/")
    assert re.match(r"[A-Z][a-z]{2} \d\d, 2025 (?: \d|\d\d):\d\d:\d\d [AP]M", content("imessage/").decode())
    assert b"\n    Me\n" in content("imessage/")
    assert content("imazing/").startswith(b"\xef\xbb\xbfChat Session;Message Date;")
    assert content("work/").startswith(b"id,thread,when,from,body,answer_to\n")


def test_the_settings_fit_the_exports() -> None:
    settings = tomllib.loads((HERE / "chatclone.toml").read_text("utf-8"))
    table = settings["reading"]["tables"][0]
    header = (HERE / "exports/work" / table["match"]).read_text("utf-8").split("\n", 1)[0].split(",")
    assert set(table["columns"].values()) == set(header)
    assert settings["me"]["name"] == PEOPLE[MIRA].name


def test_every_voice_is_heard_in_its_chat(story: Story) -> None:
    for key, chat in CHATS.items():
        assert {message.sender for message in story[key]} - {""} == set(chat.members)
