"""Messenger's and Instagram's `message_N.json`: newest first, every text as UTF-8 bytes spelled `\\u00XX`."""

from __future__ import annotations

import json
from typing import Any

from samples.cast import MIRA
from samples.stage import Message, name_of

MEDIA = {
    "photo": ("photos", "jpg"),
    "voice": ("audio_files", "mp4"),
    "video": ("videos", "mp4"),
    "gif": ("gifs", "gif"),
}


def mangled(value: Any) -> Any:
    """Every text the way Meta writes it: its UTF-8 bytes read as Latin-1."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [mangled(item) for item in value]
    if isinstance(value, dict):
        return {key: mangled(item) for key, item in value.items()}
    return value


def _record(message: Message, names: dict[str, str], folder: str, instagram: bool) -> dict[str, Any]:
    seconds = int(message.at.timestamp())
    sender = message.detail if message.kind == "system" and message.detail else message.sender
    milliseconds = seconds * 7919 % 1000  # the story knows seconds; the apps write milliseconds
    record: dict[str, Any] = {"sender_name": names[sender], "timestamp_ms": seconds * 1000 + milliseconds}
    first_name = names[sender].split(" ")[0]
    match message.form:
        case "text" | "system":
            record["content"] = message.text
        case "like":
            record["content"] = "Liked a message"
        case "deleted":
            record["is_unsent"] = True
        case "call":
            record |= {"content": f"{first_name} called you.", "call_duration": int(message.detail)}
        case "missed":
            record |= {"content": f"You missed a call from {first_name}.", "call_duration": 0, "missed": True}
        case "share":
            record["share"] = {"link": message.detail}
            if instagram:
                record["share"]["original_content_owner"] = "climbing_clips_example"
                record["content"] = f"{names[sender]} sent an attachment."
        case "sticker":
            record["sticker"] = {"uri": f"{folder.partition('/messages/')[0]}/messages/stickers_used/39178562.png"}
        case _:
            field, suffix = MEDIA[message.form]
            uri = f"{folder}/{field}/{seconds}{len(message.scene)}.{suffix}"
            record[field] = [{"uri": uri, "creation_timestamp": seconds}]
            if message.text:
                record["content"] = message.text
    if message.reactions:
        record["reactions"] = [{"reaction": emoji, "actor": names[actor]} for emoji, actor in message.reactions]
    record["is_geoblocked_for_viewer"] = False
    if not instagram:
        record["is_unsent_image_by_messenger_kid_parent"] = False
    return record


def thread(messages: list[Message], folder: str, own_name: str, files: int = 1) -> dict[str, bytes]:
    """The files of one thread, by name: `message_1.json` is the newest part. `folder` is relative to the export."""
    letters = {m.sender for m in messages if m.sender} - {MIRA}
    names = {letter: name_of(letter) for letter in letters} | {MIRA: own_name}
    other = names[min(letters)]
    instagram = "instagram" in folder
    newest_first = [_record(message, names, folder, instagram) for message in reversed(messages)]
    size = -(-len(newest_first) // files)
    out: dict[str, bytes] = {}
    for number in range(files):
        whole = {
            "participants": [{"name": other}, {"name": own_name}],
            "messages": newest_first[number * size : (number + 1) * size],
            "title": other,
            "is_still_participant": True,
            "thread_path": "inbox/" + folder.rsplit("/", 1)[1],
            "magic_words": [],
        }
        out[f"message_{number + 1}.json"] = json.dumps(mangled(whole), indent=2).encode()
    return out
