"""Which pages are threads of Messenger and Instagram, and pages that are broken or hostile."""

from __future__ import annotations

import contextlib
import time

import pytest

from chatclone_dagster.readers import instagram, messenger, registry
from chatclone_dagster.readers.contract import COMPANION, UnreadableError
from tests.readers.reading import export, read
from tests.readers.test_meta import thread
from tests.readers.test_meta_html import PATH, block, page, places, read_page


def test_json_is_preferred() -> None:
    content = page(block("hi"))
    assert registry.detect(export(content, PATH))[1].variant == "html"  # type: ignore[index]
    for beside, variant in (
        ({"message_1.json": thread({"content": "hi"})}, COMPANION),
        ({"message_1.json": "{broken"}, "html"),
        ({"photos.json": thread({})}, "html"),
    ):
        found = registry.detect(export(content, PATH, beside))
        assert found is not None
        assert found[1].variant == variant


@pytest.mark.parametrize(
    "content",
    [
        page(
            '<section class="_a6-g"><h2 class="_a6-h">Ada shared a link.</h2><div class="_a6-p">x</div>'
            '<footer class="_a6-o"><div class="_a72d">Dec 12, 2025 9:27:43 pm</div></footer></section>'
        ),
        page('<div class="_a6-g"><h2>ada</h2><div class="_a6-p"><div>Jan 1, 2025 1:00 am</div></div></div>', head=""),
        page('<div class="message"><div class="date">12:01</div><div class="from_name">Ada</div><div>hi</div></div>'),
        page("<div><p>Ada</p><p>hello</p><p>Oct 19, 2019, 2:37 PM</p></div>", head="<title>A blog</title>"),
    ],
)
def test_other_pages_are_not_claimed(content: str) -> None:
    for name in ("your_posts_1.html", "x.html"):
        assert messenger.sniff(export(content, name)) is None
        assert instagram.sniff(export(content, name)) is None


def test_pages_of_instagram() -> None:
    content = page(block(places("see https://www.instagram.com/p/x")))
    for path in ("your_instagram_activity/messages/inbox/zoe_1/message_1.html", "inbox/zoe_1/message_1.html"):
        found = registry.detect(export(content, path))
        assert found is not None
        assert found[0] is instagram


@pytest.mark.parametrize("name", ["ai_conversations/thread_1.html", "ai_conversations/meta_1/message_1.html"])
def test_talks_with_the_assistant_are_refused_with_a_reason(name: str) -> None:
    with pytest.raises(UnreadableError, match="Meta AI"):
        registry.detect(export(page(block("hi")), f"your_instagram_activity/messages/{name}"))


@pytest.mark.parametrize("cut", [20, 60, 120])
def test_a_page_that_breaks_off(cut: int) -> None:
    reading = read_page(page(block(places("one")), block(places("two")))[:-cut])
    assert reading.column("text")[0] == "one"
    assert len(reading.rows) + sum(issue["is_row"] for issue in reading.issues) == 2


@pytest.mark.parametrize(
    "content",
    [
        "<html>" + "<div>" * 5000 + "Oct 19, 2019, 2:37 PM",
        "<html>" + '<div class="_a6-g">' * 5000,
        "<html>" + "<div></div>" * 5000,
        '<html><div class="_a6-g"></div>',
        "<html>" + block("hi", time="Feb 30, 2020, 1:00 PM"),
        "<html>" + block("hi", time="Oct 19, 99999, 1:00 PM"),
    ],
)
def test_hostile_pages(content: str) -> None:
    with contextlib.suppress(UnreadableError):
        assert read(messenger, export(content, PATH)).rows == []


@pytest.mark.parametrize(
    "content",
    [
        block("x<ul><li>" + " " * 500_000 + "x</li></ul>"),
        block("x<ul><li>" + "(" * 500_000 + "</li></ul>"),
        "<title>" * 100_000 + block("x"),
        "<div><p></p>" * 250 + "<p></p>" * 200_000 + block("x"),
        block("".join(f'<img src="photos/{n}.jpg"/>' for n in range(50_000))),
    ],
    ids=["blanks", "brackets", "titles", "depth", "pictures"],
)
def test_no_page_takes_long(content: str) -> None:
    started = time.process_time()
    with contextlib.suppress(UnreadableError):
        read(messenger, export("<html>" + content, PATH))
    assert time.process_time() - started < 10
