"""`chatclone stats`, the texting profile as a page, and the verdict whether there is enough to make a clone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from chatclone_dagster.cli import stats
from chatclone_dagster.cli.options import console
from chatclone_dagster.home import Home
from chatclone_dagster.profile import drawings, strips
from chatclone_dagster.profile.enough import judge
from chatclone_dagster.profile.facts import Profile, UnknownPersonError, find, gather
from chatclone_dagster.profile.page import page
from chatclone_dagster.profile.traits import telling_habits, traits
from chatclone_dagster.settings import Dataset
from tests.conftest import Chatclone
from tests.history import built


@pytest.fixture(scope="module")
def mira(sample_history: Home) -> Profile:
    return gather(sample_history, find(sample_history))


def replies(number: int, days: int = 400, **more: Any) -> dict[str, Any]:
    first = datetime(2024, 1, 1, tzinfo=UTC)
    row: dict[str, Any] = {
        "replies": number,
        "different_replies": number,
        "people_answered": 3,
        "days": min(days, number),
    }
    row |= {"share_of_busiest_chat": 0.4, "first_at": first, "last_at": first + timedelta(days=days - 1)}
    return row | more


@pytest.mark.parametrize(
    ("number", "days", "level", "first"),
    [
        (199, 400, "too little", "1 reply more, and a clone can be trained at all."),
        (200, 400, "thin", "800 replies more, and its evaluation is good to about ±10 points."),
        (999, 400, "thin", "1 reply more, and its evaluation"),
        (1000, 400, "enough", "3,000 replies more, and its evaluation is good to about ±5 points."),
        (1000, 89, "thin", "3,000 replies more"),
        (4000, 90, "plenty", None),
        (100_000, 20, "thin", "All of it lies within 20 days"),
    ],
)
def test_a_verdict_names_what_is_missing(number: int, days: int, level: str, first: str | None) -> None:
    verdict = judge("Ann", replies(number, days), Dataset())
    assert verdict.level == level
    assert "Ann" in verdict.headline
    assert verdict.test_replies == number // 10
    assert (verdict.more[0] if verdict.more else "").startswith(first or "")
    assert bool(verdict.more) == bool(first)


def test_a_verdict_sees_one_chat_and_repetitions() -> None:
    verdict = judge("Ann", replies(5000, share_of_busiest_chat=0.93, different_replies=2000), Dataset())
    assert len(verdict.more) == 2
    assert verdict.more[0].startswith("93% of the replies stand in one chat")
    assert verdict.more[1].startswith("Only 2,000 of them differ")
    assert judge("Ann", None, Dataset()).level == "nothing"
    assert judge("Ann", replies(60), Dataset(min_replies=5)).level == "thin", "the settings say how few will do"
    assert judge("Ann", replies(1000), Dataset()).within == pytest.approx(0.098)


def test_people_are_found_by_the_beginning_of_their_name(sample_history: Home, tmp_path: Path) -> None:
    assert find(sample_history) == "me"
    jonas = find(sample_history, "jonas")
    assert gather(sample_history, jonas).person["sender_name"] == "Jonas Weber"
    assert find(sample_history, "Jonas Weber ") == jonas
    with pytest.raises(UnknownPersonError, match=r"nobody called 'Jonsa' wrote anything here; there are Jonas Weber"):
        find(sample_history, "Jonsa")
    with pytest.raises(UnknownPersonError, match=r"there is no history in .* yet; drop exports into"):
        find(Home(tmp_path / "none"))
    home = built(
        tmp_path, {"who": "Bo Ek", "text": "hi"}, {"who": "Bo Dahl", "text": "ho"}, {"who": "Ann", "text": "?"}
    )
    with pytest.raises(UnknownPersonError, match=r"several are called 'bo'; there are Bo Dahl, Bo Ek|Bo Ek, Bo Dahl"):
        find(home, "bo")
    people = pl.read_parquet(home.table("people"))
    people.filter(~pl.col("is_owner")).write_parquet(home.table("people"))
    home.change(me__name="Ann")
    with pytest.raises(UnknownPersonError, match=r"me\.name: 'Ann' wrote nothing here"):
        find(home)


def test_traits_rest_on_numbers(mira: Profile) -> None:
    named = {trait.name: trait.why for trait in traits(mira)}
    assert "Lower-case soul" in named
    assert named["Lower-case soul"].startswith(f"{mira.habits['starts_lower_case']:.0%} of the texts")
    assert {"Emoji person", "Double texter", "Two languages"} <= set(named)
    assert named["Two languages"].startswith("EN in 6"), "and German, often both in one text"
    assert traits(replace(mira, habits=mira.habits | {"texts": 10})) == [], "ten texts are no habit"
    night = replace(mira, week=[[0] * 23 + [5]] * 7)
    assert traits(night)[0].name == "Night owl"
    assert traits(replace(mira, week=[[0] * 6 + [5] + [0] * 17] * 7))[0].name == "Early bird"
    assert telling_habits(mira)[0][0] == "start in lower case"


class _Page(HTMLParser):
    """What a page loads, and whether its tags are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [f"{tag} {name}={value}" for name, value in attrs if name in ("src", "href", "srcset", "data")]
        if tag in ("script", "link", "iframe", "object"):
            self.loads.append(tag)
        if tag not in ("meta", "br", "rect", "polygon", "polyline") or tag == "rect":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def test_the_page_loads_nothing_and_holds_what_the_marts_know(mira: Profile) -> None:
    html = page(mira)
    read = _Page(html)
    assert read.open == []
    assert read.loads == []
    assert "url(" not in html
    assert "default-src 'none'" in html
    assert "prefers-color-scheme: dark" in html
    assert 'content="width=device-width' in html
    text = " ".join(read.words)
    for expected in ("How Mira Solberg texts", "i literally cannot", "🦦", "Jonas Weber", "Could this become a clone?"):
        assert expected in text, expected
    assert html.count("<rect") >= 7 * 24 + len(mira.months)
    assert html.count('role="img"') == html.count('role="img" aria-label="')


def test_the_page_escapes_what_people_wrote(mira: Profile) -> None:
    evil = '<script>alert("&")</script>'
    row = {**mira.catchphrases[0], "phrase": evil}
    html = page(
        replace(
            mira,
            person={**mira.person, "sender_name": evil},
            catchphrases=[row],
            emoji=[{**mira.emoji[0], "emoji": evil}],
            replies=[{**mira.replies[0], "counterpart_name": evil}],
            records=mira.records | {"streak": {"conversation_name": evil, "days": 3, "day": mira.months[0]["month"]}},
        )
    )
    assert "<script" not in html
    assert _Page(html).loads == []


def test_a_page_of_somebody_who_hardly_wrote(tmp_path: Path) -> None:
    home = built(tmp_path, {"who": "Bo", "text": "hi"}, {"who": "Ann", "kind": "media", "text": "", "at": "1 12:01"})
    profile = gather(home, "me")
    assert profile.habits == {}
    assert profile.verdict.level == "nothing"
    assert profile.records["longest_text"] is None
    assert "How Ann texts" in page(profile)
    alone = built(
        tmp_path / "two", {"who": "Ann", "text": "a"}, {"who": "Ann", "text": "b"}, {"who": "Bo", "kind": "deleted"}
    )
    assert "How Ann texts" in page(gather(alone, "me"))
    silent = gather(alone, find(alone, "bo"))
    assert silent.months == []
    assert "How Bo texts" in page(silent)
    stats.show(silent)


def test_the_terminal_keeps_to_eighty_columns(
    mira: Profile, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "_width", 80)
    stats.show(mira)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    for expected in (
        "How Mira Solberg texts",
        mira.verdict.headline,
        "Month by month",
        "The week",
        "i literally cannot",
    ):
        assert expected in text, expected
    assert sum(line[:4] in {f"{day} " for day in drawings.DAYS} for line in lines) == 7


def test_strips_and_scales() -> None:
    assert strips.blocks([0, 1, 50, 100]) == " ▁▄█"
    assert strips.blocks([]) == ""
    assert strips.blocks([0, 0]) == "  "
    strip = strips.heat_strip([[0] * 23 + [4]] + [[0] * 24] * 6)
    assert strip[0] == "Mon " + " " * 46 + "██"
    assert {len(line) for line in strip} == {52}
    scale = drawings.LogScale.around([50, 70], [(1, ""), (10, ""), (100, ""), (1000, "")])
    assert scale.ticks == [(10, ""), (100, "")]
    assert [scale.at(value) for value in (1, 10, 31.622776, 100, 1e9)] == [0, 0, 50, 100, 100]
    assert len(drawings.LogScale.around([], [(1, ""), (10, "")]).ticks) == 2


def test_stats_read_what_is_new_and_train_nothing(chatclone: Chatclone, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create("[me]\nname = 'Ann'\n")
    said = chatclone("stats", "--home", home.root)
    assert said.code == 2
    assert "no message could be read here" in said.words
    chat = "".join(
        f"{day:02}/03/2024, 10:0{i} - {who}: hi {day}\n" for day in range(1, 9) for i, who in enumerate(("Bo", "Ann"))
    )
    (home.exports / "WhatsApp Chat with Bo.txt").write_text(chat)
    out = tmp_path / "me.html"
    said = chatclone("stats", "--home", home.root, "--html", out)
    assert said.code == 0, said.words
    assert "How Ann texts" in said.out
    assert "192 replies more, and a clone can be trained at all." in said.words
    assert "How Ann texts" in out.read_text(encoding="utf-8")
    assert not home.adapters.exists()
    assert not home.table("training_dataset", "me").exists()
    said = chatclone("stats", "--home", home.root, "--format", "json", "--person", "bo")
    found = json.loads(said.out)
    assert found["person"]["sender_name"] == "Bo"
    assert found["verdict"]["level"] == "nothing"
