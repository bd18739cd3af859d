"""LINE exports from phones and computers, with what each message means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from tests.readers.writing.chats import Said, moments, texts, words

_WEEK = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "long": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ja": tuple("月火水木金土日"),
    "zh": tuple("一二三四五六日"),
    "th": ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา."),
    "ko": tuple("월화수목금토일"),
}


def _half(at: datetime, am: str, pm: str, noon: int = 12) -> tuple[str, str]:
    return (pm if at.hour >= 12 else am), f"{at.hour % 12 or noon}:{at:%M}"


@dataclass(frozen=True)
class Style:
    """How a phone or computer writes: its first lines (for a chat of two and a group), dates, times and placeholders."""

    titles: tuple[str, str]
    saved: str
    day: Callable[[date], str]
    clock: Callable[[datetime], str]
    inserts: tuple[tuple[str, str, list[str]], ...]  # what is written, kind, attachments
    left: str  # a sentence of the app


STYLES = (
    Style(
        ("[LINE] Chat history with {}", "[LINE] Chat history in {}"),
        "Saved on: 2024/12/31 20:00",
        lambda day: f"{day:%Y/%m/%d}({_WEEK['en'][day.weekday()]})",
        lambda at: f"{at:%H:%M}",
        (
            ("[Photo]", "media", []),
            ("[File] a b.pdf", "media", ["a b.pdf"]),
            ("☎ Missed call", "call", []),
            ("[Poll] x", "poll", []),
        ),
        "{} left the group.",
    ),
    Style(
        ("[LINE] Chat history with {}", "[LINE] Chat history in {}"),
        "Saved on: 12/31/2024, 20:00",
        lambda day: f"{_WEEK['en'][day.weekday()]}, {day.month}/{day.day}/{day.year}",
        lambda at: "".join(reversed(_half(at, "AM", "PM"))),
        (("[Sticker]", "sticker", []), ("[Voice message]", "voice", []), ("[Location] here", "location", [])),
        "{} joined the group.",
    ),
    Style(
        ("[LINE] {}とのトーク履歴", "[LINE] {}のトーク履歴"),
        "保存日時：2024/12/31 20:00",
        lambda day: f"{day:%Y/%m/%d}({_WEEK['ja'][day.weekday()]})",
        lambda at: "".join(_half(at, "午前", "午後", noon=0)),
        (
            ("[スタンプ]", "sticker", []),
            ("☎ 通話時間 1:23", "call", []),
            ("[連絡先] x", "contact", []),
            ("[アルバム] (null)", "media", []),
        ),
        "{}がグループを退会しました。",
    ),
    Style(
        ("[LINE] {}とのトーク履歴", "[LINE] {}のトーク履歴"),
        "保存日時：R6/12/31 20:00",
        lambda day: f"R{day.year - 2018}/{day:%m/%d}({_WEEK['ja'][day.weekday()]})",
        lambda at: f"{at.hour or 24:02}:{at:%M}",
        (("[写真]", "media", []), ("[ボイスメッセージ]", "voice", []), ("[ファイル] あ.txt", "media", ["あ.txt"])),
        "{}がグループに参加しました。",
    ),
    Style(
        ("[LINE] 與{}的聊天記錄", "[LINE] {}的聊天記錄"),
        "儲存日期：2024/12/31 20:00",
        lambda day: f"{day.year}/{day.month}/{day.day}（週{_WEEK['zh'][day.weekday()]}）",
        lambda at: "".join(_half(at, "上午", "下午")),
        (("[貼圖]", "sticker", []), ("☎ 未接來電", "call", []), ("[影片]", "media", [])),
        "{}已退出群組。",
    ),
    Style(
        ("[LINE] 与{}的聊天记录", "[LINE] {}的聊天记录"),
        "保存日期：2024/12/31 20:00",
        lambda day: f"{day.year}/{day.month}/{day.day}周{_WEEK['zh'][day.weekday()]}",
        lambda at: f"{at:%H:%M}",
        (("[贴图]", "sticker", []), ("[语音信息]", "voice", [])),
        "{}已退群。",
    ),
    Style(
        ("[LINE] ประวัติการแชทกับ {}", '[LINE] ประวัติการแชทในกลุ่ม "{}"'),
        "บันทึกเมื่อ 31/12/2567 20:00",
        lambda day: f"{_WEEK['th'][day.weekday()]} {day:%d/%m}/{day.year + 543}",
        lambda at: f"{at:%H:%M}",
        (("[รูป]", "media", []), ("[สติกเกอร์]", "sticker", [])),
        "{} ออกจากกลุ่ม",
    ),
    Style(
        ("[LINE] {}님과의 대화", "[LINE] {} 대화"),
        "저장 일시: 2024/12/31 20:00",
        lambda day: f"{day:%Y/%m/%d}({_WEEK['ko'][day.weekday()]})",
        lambda at: " ".join(_half(at, "오전", "오후")),
        (("[사진]", "media", []), ("[스티커]", "sticker", []), ("☎ 부재중 전화", "call", [])),
        "{}님이 나갔습니다.",
    ),
)
PLAIN = ("Ada", "Zoë Müller", "陳 柏翰", "~^_^~", "Bo: the 2nd", "🤓")
_PASTED = ("2020/02/29(土)", "13:00\tC\tlook", "2017.09.03 Sunday", "000:01\tB\tx", "[LINE] Chat history with B")
_MINUTE = timedelta(minutes=1)


@st.composite
def phone_chats(draw: st.DrawFn) -> tuple[str, str, list[Said]]:
    """An export of a phone as a file, its title, and what it means: names between tabs, texts of several lines between quotes."""
    style, title = draw(st.sampled_from(STYLES)), draw(words.filter(lambda text: "[LINE]" not in text))
    ends, group = draw(st.sampled_from((("\r\n", "\n"), ("\n", "\n")))), draw(st.booleans())
    names = draw(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=4, unique=True))
    # Where all lines end alike, a second line like the beginning of a message shows that the quote before was typed.
    typed = texts(
        _PASTED, lambda text: ends[0] != ends[1] or text.split("\n")[1:2] in ([], ["ok"]) or "\n\n" not in text
    )
    typed = typed.filter(lambda text: ends[0] != ends[1] or not any(line in _PASTED for line in text.split("\n")[1:2]))
    said = []
    for at in draw(moments(draw(st.integers(1, 12)), _MINUTE)):
        sender, kind = draw(st.sampled_from(names)), draw(st.sampled_from(("text",) * 4 + ("insert", "event")))
        written, insert, files = draw(st.sampled_from(style.inserts))
        message = Said(at, sender, draw(typed))
        if kind == "insert":
            message = Said(at, sender, "", insert, written, files)
        elif kind == "event":
            message = Said(at, None, style.left.format(sender), "system")
        said.append(message)
    lines = [style.titles[group].format(title), style.saved, ""]
    day = None
    for message in said:
        if message.at.date() != day:
            lines += ([""] if day else []) + [style.day(message.at.date())]
            day = message.at.date()
        body = message.body
        if "\n" in body:
            body = '"' + body.replace('"', '""').replace("\n", ends[1]) + '"'
        lines.append(f"{style.clock(message.at)}\t{message.sender or ''}\t{body}")
    return draw(st.sampled_from(("", "\ufeff"))) + ends[0].join(lines) + ends[0], title, said


_DESKTOP = (
    ("{:%Y.%m.%d} {}", "long", (("Photos", "media"), ("Stickers", "sticker"), ("Missed call", "call"))),
    ("{:%Y.%m.%d} {}曜日", "ja", (("スタンプ", "sticker"), ("不在着信", "call"))),
    ("{:%Y.%m.%d} 星期{}", "zh", (("貼圖", "sticker"), ("圖片", "media"), ("通話時間 1:23", "call"))),
    ("{:%Y.%m.%d} {}요일", "ko", (("사진", "media"),)),
)


@st.composite
def desktop_chats(draw: st.DrawFn) -> tuple[str, list[Said]]:
    """An export of a computer as a file, and what it means: blanks between time, name and text, further lines as they are."""
    day_form, week, inserts = draw(st.sampled_from(_DESKTOP))
    names = draw(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=3, unique=True))
    said = []
    for number, at in enumerate(draw(moments(len(names) * 4 + draw(st.integers(0, 8)), _MINUTE))):
        first = draw(st.lists(words.filter(lambda text: " " not in text), max_size=3))
        # What is typed looks like no message because of its time.
        further = [
            draw(st.sampled_from(("", f"00:01 x{number}-{index} typed" if at.hour else "x", "2020/13/99", "  x")))
            for index in range(number % 3)
        ]
        message = Said(
            at, names[number % len(names)], "\n".join([" ".join([f"w{number}", *first]), *further]).rstrip("\n")
        )
        if number >= len(names) * 3 and draw(st.booleans()):
            written, kind = draw(st.sampled_from(inserts))
            message = Said(at, message.sender, "", kind, written)
        said.append(message)
    lines: list[str] = []
    day = None
    for message in said:
        if message.at.date() != day:
            day = message.at.date()
            lines += ([""] if lines else []) + [day_form.format(day, _WEEK[week][day.weekday()])]
        lines.append(f"{message.at:%H:%M} {message.sender} {message.body}")
    return "\n".join(lines) + "\n", said
