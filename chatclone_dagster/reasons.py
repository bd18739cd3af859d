"""Every reason the ledger knows, in plain words: the one place to add another. The key is what `reason` holds."""

from __future__ import annotations

from chatclone_dagster.settings import PRIVATE_KINDS

MESSAGES = {
    "duplicate": "the same message, found once more in another export",
    "reply_copy": "a copy that the app writes beside a reply; the message itself stands elsewhere",
    "pseudo_reaction": "a reaction that the export writes as a message; kept with the message it belongs to",
    "poll_vote": "a vote in a poll",
    "edit_record": "the record of an edit; the edited message has it already",
    "deletion_record": "the record of a deletion; the message itself is marked",
    "unreadable": "a place in the file that no reader could make sense of",
    "one_message": "its chat has a single message",
    "one_participant": "only one person ever wrote in its chat",
    "forgotten": "somebody asked to be forgotten; nothing of it is kept but that it was there",
}
"""Why a raw row is no message of the history; a reader of another package may give reasons of its own."""

SAFE = {
    "excluded_person": "by somebody left out, or in a chat of the two of you ([exclude] people, or consent = false)",
    "excluded_conversation": "in a chat that is left out ([exclude] conversations)",
    "excluded_dates": "of days that are left out ([exclude] ranges)",
    "forgotten": MESSAGES["forgotten"],
}
SAFE |= {
    f"dropped_private_{kind}": f"left out for what is private in it ({kind.replace('_', ' ')}), as the settings say"
    for kind in PRIVATE_KINDS
}
"""Why a message is taken out of the safe copy, which all that follows is made from."""

DATASET = {
    "withdrawn": "deleted by whoever sent it, or expired",
    "not_shown": "a call, a note by the app, or a kind without words that the settings skip or cut at",
    "empty": "there is nothing to see in it",
    "answers_nobody": "it opens a conversation: there is nothing it answers",
    "no_text": "the reply is a picture, a sticker or a voice note without a word",
    "forwarded": "passed on: somebody else's words",
    "chain_message": "a chain letter or a text that goes round",
    "pasted_wall": "a long text that was pasted in: an article, lyrics, a list from elsewhere",
    "bot": "written by a program",
    "quote": "it repeats somebody else's words, and the own ones cannot be told from them",
    "command": "an order to a bot, such as /start",
    "link_only": "nothing but a link",
    "code": "code or a program's output",
    "beside_left_out": "said in one breath with a message that is left out: half a reply is none",
    "answers_bot": "it answers a program, not a person",
    "answers_another_session": "it answers something said long before, in another sitting",
    "cut_from_its_prompt": "what it answers lies beyond a deleted message or in another part of the data",
    "repeated_in_earlier_split": "the same exchange is learned already: testing on it would test memory",
    "no_room_for_context": "it is too long to fit into an example together with what it answers",
}
"""Why a message of a persona is not learned from."""

SOMEBODY_ELSE = "somebody_else"
REASONS = {**MESSAGES, SOMEBODY_ELSE: "others wrote it: read as what is answered, not learned", **SAFE, **DATASET}


def explain(reason: str) -> str:
    """A reason in plain words; one that is not known here (an older table) stands for itself."""
    return REASONS.get(reason, reason.replace("_", " "))
