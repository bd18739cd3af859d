"""KakaoTalk: the layouts of phones and computers in the languages, the table, and what stands for pictures and calls."""

from __future__ import annotations

import pytest

from chatclone_dagster.readers import kakaotalk
from chatclone_dagster.readers.contract import UnreadableError
from tests.readers.reading import Reading, export, read

TITLE = "홍길동님과 카카오톡 대화\n저장한 날짜 : 2024-01-03 15:04:05\n\n"


def rows(reading: Reading) -> list[tuple[str, str | None, str]]:
    return [(f"{row['sent_local']:%Y-%m-%d %H:%M}", row["sender_name"], row["text"]) for row in reading.rows]


@pytest.mark.parametrize(
    "line",
    [
        "2024년 1월 3일 오후 9:05, 홍길동 : hi",
        "2024년 1월 3일 21:05, 홍길동 : hi",
        "2024. 1. 3. 오후 9:05, 홍길동 : hi",
        "2024. 1. 3. 21:05, 홍길동 : hi",
        "2024-01-03 21:05, 홍길동 : hi",
        "January 3, 2024, 9:05 PM, 홍길동 : hi",
        "Jan 3, 2024 at 21:05, 홍길동 : hi",
        "Jan 3, 2024 at 9:05 p.m., 홍길동 : hi",
        "3 January 2024 at 21:05, 홍길동 : hi",
        "2024年1月3日 午後9:05, 홍길동 : hi",
        "2024年1月3日 下午9:05, 홍길동 : hi",
        "2024년 1월 3일 수요일\n오후 9:05, 홍길동 : hi",
        "--------------- 2024년 1월 3일 수요일 ---------------\n[홍길동] [오후 9:05] hi",
        "--------------- Wednesday, January 3, 2024 ---------------\n[홍길동] [9:05 PM] hi",
        "--------------- 2024年1月3日 水曜日 ---------------\n[홍길동] [午後 9:05] hi",
    ],
)
def test_layouts(line: str) -> None:
    for above in (TITLE, ""):
        file = export(f"{above}{line}\n", "KakaoTalkChats.txt")
        claim = kakaotalk.sniff(file)
        assert claim is not None
        assert claim.confidence == (0.98 if above else 0.9)
        reading = read(kakaotalk, file)
        assert rows(reading) == [("2024-01-03 21:05", "홍길동", "hi")]
        assert reading.issues == []


@pytest.mark.parametrize(
    ("first", "title", "is_group"),
    [
        ("홍길동님과 카카오톡 대화", "홍길동", False),
        ("홍길동 님과 카카오톡 대화", "홍길동", False),
        ("스터디방 카카오톡 대화", "스터디방", True),
        ("KakaoTalk Chats with 홍길동", "홍길동", False),
        ("홍길동 with KakaoTalk Chats", "홍길동", False),
        ("Chess Club", "Chess Club", None),
        ("Talk_2024.1.3 10:20-1.txt", "other", None),
    ],
)
def test_titles(first: str, title: str, is_group: bool | None) -> None:
    content = f"{first}\nDate Saved : Apr 25, 2026 at 10:38\n\n2024. 1. 3. 21:05, 홍길동 : hi\n"
    reading = read(kakaotalk, export(content, "other.txt"))
    assert reading.column("conversation_key") == [title]
    assert reading.column("is_group") == [is_group]


def test_lines_below_a_message_go_on_with_it() -> None:
    reading = read(
        kakaotalk,
        export(
            TITLE + "2024년 1월 3일 오전 9:05, 홍길동 : 하나\n\n둘 : 셋\n오후 1:00, 누구 : typed\n"
            "2024년 1월 3일 오전 9:06, 김철수 : 점심 : 먹자\n2024년 1월 3일 오전 9:07, 홍길동 : \n"
            "\n2024년 1월 4일 오전 12:39\n2024년 1월 4일 오전 12:40, 홍길동 : 아침\n2024년 1월 3일 오전 12:39\n"
        ),
    )
    assert rows(reading) == [
        ("2024-01-03 09:05", "홍길동", "하나\n\n둘 : 셋\n오후 1:00, 누구 : typed"),
        ("2024-01-03 09:06", "김철수", "점심 : 먹자"),
        ("2024-01-03 09:07", "홍길동", ""),
        ("2024-01-04 00:40", "홍길동", "아침\n2024년 1월 3일 오전 12:39"),
    ]
    assert reading.column("kind") == ["text", "text", "unavailable", "text"]


def test_messages_pasted_from_elsewhere_are_text() -> None:
    pasted = "2023년 5월 3일 오전 9:05, 홍길동 : 옛날\n2023년 5월 3일 오전 9:06, 김철수 : 그래"
    content = "".join(
        f"2024년 1월 3일 오전 9:0{n}, 홍길동 : {text}\n" for n, text in enumerate(("a", f"b\n{pasted}", "c"))
    )
    assert [text for _, _, text in rows(read(kakaotalk, export(TITLE + content)))] == ["a", f"b\n{pasted}", "c"]


def test_computers_write_sentences_without_a_time() -> None:
    content = (
        "스터디방\n저장한 날짜 : 2024-01-03 15:04:05\n\n--------------- 2024년 1월 3일 수요일 ---------------\n"
        "박영희님이 들어왔습니다.\n[김철수[개발]] [오후 12:00] 점심\n[박영희] [오후 2:00] [오후 2:01] 여러 줄\n둘\n"
        "김철수님이 나갔습니다.\n--------------- 2024년 1월 4일 목요일 ---------------\n[박영희] [오전 7:00] \n"
    )
    reading = read(kakaotalk, export(content, "x.txt"))
    assert rows(reading) == [
        ("2024-01-03 00:00", None, "박영희님이 들어왔습니다."),
        ("2024-01-03 12:00", "김철수[개발]", "점심"),
        ("2024-01-03 14:00", "박영희", "[오후 2:01] 여러 줄\n둘"),
        ("2024-01-03 14:00", None, "김철수님이 나갔습니다."),
        ("2024-01-04 07:00", "박영희", ""),
    ]
    assert {*reading.column("is_group")} == {True}
    assert {*reading.column("conversation_name")} == {"스터디방"}


@pytest.mark.parametrize(
    ("written", "kind", "text", "files"),
    [
        ("사진", "media", "", []),
        ("사진 3장", "media", "", []),
        ("동영상", "media", "", []),
        ("Photo", "media", "", []),
        ("Photos 3", "media", "", []),
        ("写真", "media", "", []),
        ("이모티콘", "sticker", "", []),
        ("(이모티콘)", "sticker", "", []),
        ("(이모티콘) 안녕", "sticker", "안녕", []),
        ("Emoticons", "sticker", "", []),
        ("음성메시지", "voice", "", []),
        ("파일: 보고서.pdf", "media", "", ["보고서.pdf"]),
        ("File: plan.pdf", "media", "", ["plan.pdf"]),
        ("지도: 서울역", "location", "", []),
        ("연락처: 홍길동", "contact", "", []),
        ("투표: 점심?", "poll", "", []),
        ("보이스톡 0:17", "call", "", []),
        ("보이스톡 해요", "call", "", []),
        ("페이스톡 부재중", "call", "", []),
        ("삭제된 메시지입니다.", "deleted", "", []),
        ("This message was deleted.", "deleted", "", []),
        ("가려진 메시지입니다.", "unavailable", "", []),
        ("f" * 64 + ".jpg", "media", "", ["f" * 64 + ".jpg"]),
        ("f" * 64 + ".m4a", "voice", "", ["f" * 64 + ".m4a"]),
        ("10,000원을 받으세요.", "media", "", []),
        ("보이스톡 하자", "text", "보이스톡 하자", []),
        ("photo", "text", "photo", []),
        ("사진 찍자", "text", "사진 찍자", []),
        ("note: buy milk", "text", "note: buy milk", []),
    ],
)
def test_what_stands_for_something_else(written: str, kind: str, text: str, files: list[str]) -> None:
    (row,) = read(kakaotalk, export(f"{TITLE}2024. 1. 3. 오후 9:05, 홍길동 : {written}\n")).rows
    assert (row["kind"], row["text"], row["attachments"]) == (kind, text, files)


@pytest.mark.parametrize("mark", ["회원님", "You"])
def test_older_exports_mark_the_owner(mark: str) -> None:
    content = f"2015년 1월 3일 오후 9:05, {mark} : hi\n2015년 1월 3일 오후 9:06, 홍길동 : yo\n"
    content += "2015년 1월 3일 오후 9:07, 홍길동님이 나갔습니다.\n"
    reading = read(kakaotalk, export(TITLE + content))
    assert reading.column("from_owner") == [True, False, None]
    assert reading.column("kind") == ["text", "text", "system"]


def test_tables() -> None:
    content = (
        '\ufeffDate,User,Message\n2024-01-03 09:05:00,"홍길동","안녕 ""a"", b"\n'
        '"2024-01-03 09:08:01","박영희","여러 줄\n메시지"\n2024-01-03 12:00:00,박영희,사진\n'
        '"2024-01-03 15:00:00","박영희","박영희님이 나갔습니다."\n2024-01-03 16:00:00,홍길동,"박영희님이 나갔습니다."\n'
        "broken\nnever,x,y\n2024-01-03 17:00:00,a,b,c\n"
    )
    file = export(content, "KakaoTalk_Chat_스터디방_2024-01-03-15-04-05.csv")
    assert kakaotalk.sniff(file) is not None
    reading = read(kakaotalk, file)
    assert rows(reading) == [
        ("2024-01-03 09:05", "홍길동", '안녕 "a", b'),
        ("2024-01-03 09:08", "박영희", "여러 줄\n메시지"),
        ("2024-01-03 12:00", "박영희", ""),
        ("2024-01-03 15:00", None, "박영희님이 나갔습니다."),
        ("2024-01-03 16:00", "홍길동", "박영희님이 나갔습니다."),
    ]
    assert reading.column("conversation_key")[0] == "스터디방"
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(8, True), (9, True), (10, True)]


def test_files_that_korean_computers_saved_anew() -> None:
    content = f"{TITLE}2024년 1월 3일 오후 9:05, 홍길동 : 안녕\n".encode("cp949")
    file = export(content)
    assert kakaotalk.sniff(file) is not None
    reading = read(kakaotalk, file)
    assert rows(reading) == [("2024-01-03 21:05", "홍길동", "안녕")]
    assert ["cp949" in reason for reason in reading.reasons] == [True]


def test_messages_above_the_first_date_have_no_day() -> None:
    reading = read(kakaotalk, export("오전 9:05, 홍길동 : a\nb\n2024년 1월 3일 수요일\n오전 9:06, 홍길동 : c\n"))
    assert rows(reading) == [("2024-01-03 09:06", "홍길동", "c")]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(1, True)]


def test_other_texts() -> None:
    for content in ("buy milk\n" * 20, "2024-01-03 21:05 - Ada: hi\n", "[Ada] [x] hi\n", "at 9:05, Bo : hi\n"):
        assert kakaotalk.sniff(export(content, "KakaoTalkChats.txt")) is None
        with pytest.raises(UnreadableError, match="no line begins"):
            read(kakaotalk, export(content))
