"""Whether the sums of the ledger close: every number here is a count of what does not fit, and has to be 0."""

from __future__ import annotations

from collections.abc import Mapping

from chatclone_dagster import warehouse
from chatclone_dagster.datasets.examples import Person
from chatclone_dagster.home import Home

_ENTRIES = """
    with entries as (select * from read_parquet($ledger) where stage = $stage),
    used as (select message_id from entries where outcome = 'used')
"""
_OF_MESSAGES = (
    _ENTRIES
    + """
    , files as (
        select export_id, sum(rows) as rows from (
            select export_id, rows from readings
            union all select export_id, 1 from parse_issues where is_row
        ) group by export_id
    ),
    entered as (select export_id, count(*) as rows from entries group by export_id)

    select
        (select coalesce(sum(abs(coalesce(f.rows, 0) - coalesce(e.rows, 0))), 0)
            from files f full join entered e using (export_id)) as rows_not_entered_once,
        (select count(*) from used anti join messages using (message_id)) as used_but_no_message,
        (select count(*) from messages anti join used using (message_id)) as messages_from_nowhere,
        (select count(*) - count(distinct message_id) from used) as used_twice,
        (select count(*) from entries e anti join messages m on m.message_id = e.kept_as
            where e.reason = 'duplicate') as copies_of_nothing,
        (select count(*) from entries where reason = 'duplicate')
            - (select count(*) from message_aliases) as copies_without_alias,
        (select count(*) from entries where (outcome = 'dropped') != (reason is not null)) as dropped_without_reason
    """
)
_OF_SAFE = (
    _ENTRIES
    + """
    select
        (select count(*) from messages anti join entries using (message_id)) as messages_not_entered,
        (select count(*) from entries anti join messages using (message_id)) as entered_but_no_message,
        (select count(*) - count(distinct message_id) from entries) as entered_twice,
        (select count(*) from messages_safe s full join entries e using (message_id)
            where s.message_id is null or e.message_id is null or s.removed is distinct from e.reason) as not_as_entered,
        (select count(*) from messages_safe where removed is not null and text != '') as removed_but_readable,
        (select count(*) from entries where (outcome = 'dropped') != (reason is not null)) as dropped_without_reason
    """
)
_OF_DATASET = (
    _ENTRIES
    + """
    , theirs as (select message_id from messages_safe where sender_id = $sender and removed is null),
    windows as (select * from read_parquet($windows)),
    learned as (select split, unnest(target_message_ids) as message_id from windows),
    paired as (
        select p.pair_id, any_value(p.split) as split, bool_and(e.outcome = 'used') as learned,
            any_value(e.reason) as reason, any_value(e.kept_as) as kept_as
        from (
            select t.pair_id, t.split, unnest(c.reply_message_ids) as message_id
            from read_parquet($pairs) t join conversation_pairs c using (pair_id)
        ) p left join entries e using (message_id)
        group by p.pair_id
    )

    select
        (select count(*) from theirs anti join entries using (message_id)) as messages_not_entered,
        (select count(*) from entries anti join theirs using (message_id)) as entered_but_not_theirs,
        (select count(*) - count(distinct message_id) from entries) as entered_twice,
        (select count(*) from used anti join learned using (message_id)) as used_in_no_window,
        (select count(*) from learned anti join used using (message_id)) as learned_but_not_used,
        (select count(*) from learned l join entries e using (message_id)
            where e.kept_as is distinct from l.split) as in_another_split,
        (select count(*) from paired where learned and split is distinct from kept_as
            or not learned and reason != 'no_room_for_context') as pairs_neither_learned_nor_too_long,
        (select abs((select coalesce(sum(target_turns), 0) from windows)
            - (select count(*) from paired where learned))) as replies_without_pair,
        (select count(*) from entries where (outcome = 'dropped') != (reason is not null)) as dropped_without_reason
    """
)


def of_messages(home: Home) -> dict[str, int]:
    """What does not fit between the rows of the exports, the ledger of stage messages and `messages`; all 0 if it closes.

    Every row that was read, and every place where a row was lost, is one entry of its export; the used entries are the
    messages, one by one; a copy is one of a message that is there.
    """
    given = {"ledger": str(home.table("ledger", "messages")), "stage": "messages"}
    return _counts(home, _OF_MESSAGES, given)


def of_safe(home: Home) -> dict[str, int]:
    """What does not fit between `messages`, the ledger of stage safe and `messages_safe`; all 0 if it closes.

    Every message is one entry, dropped for the reason that stands in the safe copy, which holds none of its text.
    """
    return _counts(home, _OF_SAFE, {"ledger": str(home.table("ledger", "safe")), "stage": "safe"})


def of_dataset(home: Home, person: Person) -> dict[str, int]:
    """What does not fit between a persona's messages, the ledger of stage dataset, windows and pairs; all 0 if it closes.

    Every message of the persona that the safe copy keeps is one entry; the used ones are those that windows learn, in the
    same split; a pair is learned in a window or was too long for one.
    """
    given = {
        "ledger": str(home.table("ledger", f"dataset-{person.key}")),
        "stage": "dataset",
        "sender": person.sender_id,
        "windows": str(home.table("training_dataset", person.key)),
        "pairs": str(home.table("training_pairs", person.key)),
    }
    return _counts(home, _OF_DATASET, given)


def _counts(home: Home, sql: str, given: Mapping[str, object]) -> dict[str, int]:
    with warehouse.connected(home) as con:
        found = con.execute(sql, given)
        names = [column[0] for column in found.description or ()]
        return dict(zip(names, map(int, found.fetchall()[0]), strict=True))
