"""Random databases of Messages, and what each of their rows means."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.readers.writing.imessage import START, Messages, apple, summary
from tests.readers.writing.typedstream import FILE, PART, Run, archived, attributed, plain

PEOPLE = ("+491700000001", "+491700000002", "ada@example.org")
_EMOJI = {2000: "❤️", 2001: "👍", 2002: "👎", 2003: "😂", 2004: "‼️", 2005: "❓"}
_TYPED = (
    "ok",
    "NSNumber NSDictionary __kIMMessagePartAttributeName",
    "a\u2028b\x0bc\rd\n\ne",
    "Loved this!",
    "“quoted”",
    "bplist00",
    "🏴󠁧󠁢󠁷󠁬󠁳󠁿 👩‍👩‍👧",
    "x" * 300,
    " leading and trailing ",
)
_text = st.one_of(
    st.sampled_from(_TYPED),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffc\ufffd"), min_size=1, max_size=60),
)
_KINDS = (
    "text",
    "text",
    "text",
    "file",
    "edited",
    "unsent",
    "tapback",
    "tapback",
    "removal",
    "reply",
    "named",
    "voice",
    "app",
)


@dataclass
class Meant:
    """What a row means: the columns that are asserted."""

    guid: str
    sender: str | None
    text: str = ""
    kind: str = "text"
    edited: bool = False
    reply_to: str | None = None
    folded: str | None = None
    attachments: list[str] = field(default_factory=list)
    reactions: dict[str, str] = field(default_factory=dict)


@dataclass
class Chat:
    """A chat in the making."""

    database: Messages
    rows: list[Meant] = field(default_factory=list)
    handles: dict[str, int] = field(default_factory=dict)
    chat: int = 0

    def add(self, meant: Meant, **columns: Any) -> None:
        """Write a row and note what it means."""
        author: dict[str, Any] = (
            {"is_from_me": 1} if meant.sender == "Me" else {"handle_id": self.handles[meant.sender or PEOPLE[0]]}
        )
        meant.guid = self.database.message(self.chat, **author, **columns)
        self.rows.append(meant)


@st.composite
def databases(draw: st.DrawFn) -> tuple[dict[str, bytes], list[Meant]]:
    """The files of a database with one group in it, and what its rows mean."""
    seconds, wal = draw(st.booleans()), draw(st.booleans())
    chat = Chat(Messages(seconds=seconds, wal=wal))
    for name in PEOPLE:
        chat.handles[name] = chat.database.add("handle", id=name)
    chat.chat = chat.database.chat(*chat.handles.values(), style=43, group_id="G", display_name="Chess")
    for _ in range(draw(st.integers(1, 14))):
        sender, kind = draw(st.sampled_from(("Me", *PEOPLE))), draw(st.sampled_from(_KINDS))
        _message(draw, chat, sender, kind)
    return chat.database.files(), chat.rows


def _body(draw: st.DrawFn, text: str) -> dict[str, Any]:
    """The columns in which a version keeps a text."""
    mutable, width = draw(st.booleans()), draw(st.sampled_from((1, 1, 2, 4)))
    ways = (
        {"text": text},
        {"attributedBody": plain(text, mutable=mutable, width=width)},
        {"attributedBody": archived(text)},
    )
    return draw(st.sampled_from((*ways, {**ways[0], **ways[1]})))


def _message(draw: st.DrawFn, chat: Chat, sender: str, kind: str) -> None:
    text = draw(_text)
    said = [row for row in chat.rows if row.folded is None and row.kind != "system"]
    if kind in ("tapback", "removal", "reply") and not said:
        kind = "text"
    match kind:
        case "text":
            chat.add(Meant("", sender, text), **_body(draw, text))
        case "reply":
            root = draw(st.sampled_from(said))
            chat.add(Meant("", sender, text, reply_to=root.guid), **_body(draw, text), thread_originator_guid=root.guid)
        case "tapback" | "removal":
            _tapback(draw, chat, sender, draw(st.sampled_from(said)), is_removal=kind == "removal")
        case "file" | "voice":
            _file(draw, chat, sender, text, is_voice=kind == "voice")
        case "edited":
            versions = [plain("the first"), plain(text)]
            info = summary({0: versions}, parts=[0])
            date = apple(START + timedelta(days=1))
            body = draw(st.sampled_from(({}, _body(draw, text))))
            chat.add(Meant("", sender, text, edited=True), message_summary_info=info, date_edited=date, **body)
        case "unsent":
            info = summary(taken_back=[0], parts=[0])
            chat.add(Meant("", sender, kind="deleted"), message_summary_info=info)
        case "named":
            who = "You" if sender == "Me" else sender
            meant = Meant("", sender, f"{who} named the conversation {text}", "system")
            chat.add(meant, item_type=2, group_title=text)
            meant.sender = None
        case "app":
            bundle = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:org.example.game"
            chat.add(
                Meant("", sender, kind="media"), text=draw(st.sampled_from(("\ufffd", text))), balloon_bundle_id=bundle
            )


def _tapback(draw: st.DrawFn, chat: Chat, sender: str, target: Meant, *, is_removal: bool) -> None:
    code = draw(st.sampled_from((*_EMOJI, 2006)))
    emoji = _EMOJI.get(code) or draw(st.sampled_from(("🎉", "☕️", "👩‍👩‍👧")))
    if not is_removal:
        target.reactions.pop(sender, None)
        target.reactions[sender] = emoji
    elif target.reactions.get(sender) == emoji:
        del target.reactions[sender]
    chat.add(
        Meant("", sender, "", "system", reply_to=target.guid, folded="pseudo_reaction"),
        associated_message_type=code + 1000 * is_removal,
        associated_message_guid=f"p:0/{target.guid}",
        associated_message_emoji=emoji if code == 2006 else None,
    )


def _file(draw: st.DrawFn, chat: Chat, sender: str, text: str, *, is_voice: bool) -> None:
    path = f"~/Library/Messages/Attachments/{draw(st.sampled_from(('aa/1 2.heic', 'bb/x.mov', 'cc/é.pdf')))}"
    if is_voice:
        path = path.rsplit("/", 1)[0] + "/Audio Message.caf"
        meant = Meant("", sender, kind="voice")
        columns: dict[str, Any] = {"text": "\ufffc"}
    else:
        pieces: list[Run] = [("\ufffc", {PART: 0, FILE: "at_0"}), (text, {PART: 1})]
        runs = draw(st.permutations(pieces))
        shown = text if text.strip() else ""
        meant = Meant("", sender, shown, "media")
        columns = {"attributedBody": attributed(runs)}
    meant.attachments = [path]
    chat.add(meant, **columns)
    chat.database.attach(meant.guid, guid="at_0", filename=path)
