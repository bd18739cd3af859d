"""Where anything comes from and goes to: file and line → row → message → turn and pair → window → adapter, and back.

Every section of a trace is a list of rows (dicts). What somebody wrote stands under `text` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chatclone_dagster.home import Home
from chatclone_dagster.ledger.lookup import Found, Lake, find
from chatclone_dagster.reasons import explain
from chatclone_dagster.training.package import read_manifest

Rows = list[dict[str, Any]]

_PLACES = """
    select m.message_id, f.file, e.position, e.outcome, e.reason
    from (select unnest($ids) as message_id) m
    join entries e on coalesce(e.kept_as, e.message_id) = m.message_id
    left join files f using (export_id)
    order by m.message_id, e.outcome desc, f.file, e.position
"""
_MESSAGES = """
    select m.message_id, m.conversation_name as chat, m.sender_name as sender, m.sent_at::varchar as sent_at, m.kind, m.text
    from messages m where m.message_id in (select unnest($ids)) order by m.sent_at, m.tie
"""
_PAIRS = """
    select p.pair_id, case when list_has_any(p.reply_message_ids, $ids) then 'reply' else 'prompt' end as stands_in,
        p.answered_by, p.reply_sender_name as reply_by, p.prompt_sender_name as prompt_by
    from conversation_pairs p
    where list_has_any(p.reply_message_ids, $ids) or list_has_any(p.prompt_message_ids, $ids)
    order by p.replied_at, p.pair_id
"""
_WINDOWS = """
    select persona, window_id, split, line,
        case when list_has_any(target_message_ids, $ids) then 'learned' else 'read' end as use,
        len(target_message_ids) as learned, len(context_message_ids) as read, tokens
    from windows where list_has_any(target_message_ids, $ids) or list_has_any(context_message_ids, $ids)
    order by use, persona, split, line
"""


@dataclass
class Trace:
    """What was asked about, and what is known of it, in the order of the stages."""

    what: str
    sections: dict[str, Rows] = field(default_factory=dict)


def trace(home: Home, what: str) -> Trace:
    """Follow a message, pair, window, adapter or place of an export, whichever `what` names, both ways.

    Raises:
        NotFoundError: nothing is called so, or several things are; the message says what to write.
        NothingYetError: there is no history yet.
    """
    with Lake.of(home) as tables:
        found = find(tables, what)
        return _TRACES[found.kind](tables, found)


def _place(tables: Lake, found: Found) -> Trace:
    """A line of an export: its row, and the message it became or is a copy of."""
    sql = """
        select $file as file, e.position, e.outcome, e.reason, coalesce(e.kept_as, e.message_id) as message_id
        from entries e where e.export_id = $export_id and e.position = $position
    """
    rows = tables.rows(sql, file=found.name, export_id=found.export_id, position=found.position)
    texts = tables.raw_texts(found)
    told = [_with_why(row) | {"text": text} for row, text in zip(rows, texts or [""] * len(rows), strict=False)]
    made = Trace(f"{found.name}:{found.position}", {"row": told})
    ids = [row["message_id"] for row in rows if row["message_id"] and tables.is_message(row["message_id"])]
    if ids:
        made.sections |= _of_messages(tables, list(dict.fromkeys(ids)))
    return made


def _message(tables: Lake, found: Found) -> Trace:
    return Trace(f"message {found.name}", _of_messages(tables, [found.name]))


def _of_messages(tables: Lake, ids: list[str]) -> dict[str, Rows]:
    """Where messages stand in the exports, what is told of them, and what was made of them."""
    sections: dict[str, Rows] = {"message": tables.rows(_MESSAGES, ids=ids)}
    about = {name: tables.rows(_ABOUT[name], ids=ids) for name in _ABOUT if tables.has(name)}
    sections["in the exports"] = [_with_why(row) for row in tables.rows(_PLACES, ids=ids)]
    if removed := tables.rows(_REMOVED, ids=ids):
        sections["taken out"] = [_with_why(row) for row in removed]
    sections |= {_TITLES[name]: rows for name, rows in about.items() if rows}
    if tables.has("conversation_pairs"):
        sections["pairs"] = tables.rows(_PAIRS, ids=ids)
    sections["datasets"] = [_with_why(row) for row in tables.rows(_LEARNED, ids=ids)]
    windows = tables.rows(_WINDOWS, ids=ids)
    sections["windows"] = windows
    sections["adapters"] = _adapters(tables, {row["persona"] for row in windows})
    return sections


_TITLES = {"message_marks": "marks", "message_languages": "languages", "turns": "turns"}
_ABOUT = {
    "turns": """
        select turn_id, session_id, list_position(message_ids, id) as bubble, len(message_ids) as of_bubbles
        from turns, (select unnest($ids) as id) where list_contains(message_ids, id)
    """,
    "message_marks": "select message_id, mark, detail from message_marks where message_id in (select unnest($ids))",
    "message_languages": """
        select message_id, array_to_string(languages, ' ') as languages, round(score, 2) as score
        from message_languages where message_id in (select unnest($ids)) and languages is not null
    """,
}
_REMOVED = "select message_id, reason from kept where reason is not null and message_id in (select unnest($ids))"
_LEARNED = """
    select persona, message_id, outcome, reason, kept_as as split from learned
    where message_id in (select unnest($ids)) order by persona, message_id
"""


def _pair(tables: Lake, found: Found) -> Trace:
    """A reply and what it answers: both sides' messages with their files, and the windows that learn it."""
    sql = "select prompt_message_ids, reply_message_ids from conversation_pairs where pair_id = $id"
    (row,) = tables.rows(sql, id=found.name)
    sections: dict[str, Rows] = {}
    for side in ("prompt", "reply"):
        sections[side] = _placed(tables, row[f"{side}_message_ids"])
    windows = tables.rows(_WINDOWS, ids=row["reply_message_ids"])
    sections["datasets"] = [_with_why(entry) for entry in tables.rows(_LEARNED, ids=row["reply_message_ids"])]
    sections["windows"] = windows
    sections["adapters"] = _adapters(tables, {window["persona"] for window in windows})
    return Trace(f"pair {found.name}", sections)


def _window(tables: Lake, found: Found) -> Trace:
    """An example: its line in the JSONL file, what it learns and reads with their files, and the adapters made from it."""
    sql = "select * from windows where window_id = $id order by persona"
    windows = tables.rows(sql, id=found.name)
    first = windows[0]
    shown = ("persona", "window_id", "split", "line", "tokens", "target_tokens", "target_turns")
    sections: dict[str, Rows] = {"window": [{name: window[name] for name in shown} for window in windows]}
    sections["learned"] = _placed(tables, first["target_message_ids"])
    sections["read"] = _placed(tables, first["context_message_ids"])
    sections["adapters"] = _adapters(tables, {window["persona"] for window in windows})
    return Trace(f"window {found.name}", sections)


def _adapter(tables: Lake, found: Found) -> Trace:
    """An adapter: what it was made from, as far as the dataset it saw is still the one that is there."""
    persona, _, key = found.name.partition("/")
    manifest = read_manifest(tables.home.adapter(persona, key))
    now = tables.dataset_version(persona)
    facts = {
        "adapter": found.name,
        "persona": manifest.persona_name,
        "base": manifest.base.name,
        "dataset_version": manifest.dataset_version,
        "mlflow_run": manifest.mlflow_run,
        "dataset_is_as_it_was": now == manifest.dataset_version,
    }
    made = Trace(f"adapter {found.name}", {"adapter": [facts]})
    if now != manifest.dataset_version:
        return made
    learned = "with learned as (select unnest(target_message_ids) as message_id from windows where persona = $persona)"
    sections = {
        "datasets": """
            select split, count(*) as windows, sum(target_turns)::bigint as replies,
                sum(len(target_message_ids))::bigint as messages
            from windows where persona = $persona group by split order by min(started_at)
        """,
        "files": f"""
            {learned} select f.file, count(*) as messages, min(e.position) as from_line, max(e.position) as to_line
            from learned join entries e on e.message_id = learned.message_id and e.outcome = 'used'
            left join files f on f.export_id = e.export_id group by f.file order by count(*) desc, f.file
        """,
        "windows": """
            select window_id, split, line, len(target_message_ids) as learned, len(context_message_ids) as read
            from windows where persona = $persona order by split, line
        """,
        "messages": f"""
            {learned} select l.message_id, f.file, e.position, m.text
            from learned l join entries e on e.message_id = l.message_id and e.outcome = 'used'
            join messages m on m.message_id = l.message_id left join files f on f.export_id = e.export_id
            order by f.file, e.position
        """,
    }
    made.sections |= {title: tables.rows(sql, persona=persona) for title, sql in sections.items()}
    return made


_TRACES = {"place": _place, "message": _message, "pair": _pair, "window": _window, "adapter": _adapter}


def _placed(tables: Lake, ids: list[str]) -> Rows:
    """Messages in order of time, each with the first place it stands at."""
    places = {row["message_id"]: row for row in reversed(tables.rows(_PLACES, ids=ids))}
    messages = tables.rows(_MESSAGES, ids=ids)
    return [
        {name: row[name] for name in ("message_id", "sender", "sent_at")}
        | {name: places.get(row["message_id"], {}).get(name) for name in ("file", "position")}
        | {"text": row["text"]}
        for row in messages
    ]


def _adapters(tables: Lake, personas: set[str]) -> Rows:
    """The adapters of personas, and whether they were made from the dataset that is there now: of others nothing is known."""
    rows = []
    for name in tables.adapters:
        persona, _, key = name.partition("/")
        if persona in personas:
            version = read_manifest(tables.home.adapter(persona, key)).dataset_version
            same = version == tables.dataset_version(persona)
            rows.append({"adapter": name, "made_from": "this dataset" if same else "an earlier dataset: not known"})
    return rows


def _with_why(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"why": explain(row["reason"])} if row["reason"] else row
