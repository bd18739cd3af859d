"""What a KakaoTalk message is: something typed, or something the app wrote in the place of a picture, a call, a deleted message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from chatclone_dagster.readers.sentences import Sentences, strings

_COUNTED = re.compile(
    r"(?:사진|동영상|묶음사진|写真|動画) ?\d+ ?(?:장|개|枚|件)|(?:Photos?|Videos?) ?\(?\d+\)?|\d+ (?:photos|videos)"
)
_CALL = re.compile(
    r"(?:보이스톡|페이스톡|그룹콜|그룹 ?보이스톡|그룹 ?페이스톡|라이브톡|보이스룸"
    r"|(?:Voice|Face|Live) ?Talk|(?:Voice|Video|Group) Call)"
    r"(?:\s*(?:해요|취소(?:했어요|됨)?|부재중|응답 ?없음|거절(?:했어요|됨)?|종료|시작|(?:이|가) (?:시작|종료)되었습니다"
    r"|\d{1,3}:\d\d(?::\d\d)?|cancel(?:l?ed)?|missed|no answer|declined|ended|started)\.?)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[\d,]+원(?:을 (?:받으세요|보냈어요)| 받기 완료!).*", re.DOTALL)
_FILE_NAME = re.compile(r"[0-9a-f]{32,64}\.(?P<ending>[A-Za-z0-9]{2,5})")  # media exports name files by their hash
_SOUNDS = ("m4a", "aac", "mp3", "amr", "wav")
_WITH_TEXT = re.compile(r"\((?:이모티콘|emoticon|スタンプ)\) (?P<text>.+)", re.DOTALL | re.IGNORECASE)
_LABELLED = re.compile(r"(?P<label>[^\s:：]{1,12}) ?[:：] ?(?P<rest>[^\n]{1,300})")
_LONGEST = 400  # characters; what is longer is typed


@dataclass(frozen=True, slots=True)
class Body:
    """A message's kind, what was typed, and the names of files."""

    kind: str
    text: str = ""
    attachments: list[str] = field(default_factory=list)


def read_body(body: str) -> Body:
    """Take apart what somebody sent."""
    plain = body.strip()
    if not plain:
        return Body("unavailable")
    if len(plain) > _LONGEST:
        return Body("text", body)
    kind = _placeholders().get(plain.removesuffix(".")) or _by_pattern(plain)
    if kind is not None:
        return Body(kind)
    sticker = _WITH_TEXT.fullmatch(plain)
    return Body("sticker", sticker["text"]) if sticker else _file(plain) or Body("text", body)


def _by_pattern(plain: str) -> str | None:
    if _COUNTED.fullmatch(plain) or _MONEY.fullmatch(plain):
        return "media"
    return "call" if _CALL.fullmatch(plain) else None


def _file(plain: str) -> Body | None:
    if name := _FILE_NAME.fullmatch(plain):
        return Body("voice" if name["ending"].casefold() in _SOUNDS else "media", attachments=[plain])
    labelled = _LABELLED.fullmatch(plain)
    kind = _labels().get(labelled["label"]) if labelled else None
    if labelled is None or kind is None:
        return None
    return Body("media", attachments=[labelled["rest"].strip()]) if kind == "file" else Body(kind)


def read_sentence(line: str) -> tuple[tuple[str, ...], bool] | None:
    """Who is named in a sentence of the app, and whether it is only said in groups; None for any other line."""
    found = _sentences().match(line)
    return (tuple(found[1].values()), found[0] == "group") if found else None


def owner_marks() -> frozenset[str]:
    """How exports call the person who made them instead of by name."""
    return frozenset(strings(__package__)["owner"])


@cache
def _placeholders() -> dict[str, str]:
    return {word: kind for kind, words in strings(__package__)["placeholders"].items() for word in words}


@cache
def _labels() -> dict[str, str]:
    return {word: kind for kind, words in strings(__package__)["labelled"].items() for word in words}


@cache
def _sentences() -> Sentences:
    return Sentences(strings(__package__)["sentences"])
