"""What is asked of the marts about one person; `$who` is their id."""

from __future__ import annotations

MONTHS = """
    select month::date as month, coalesce(sum(messages), 0)::bigint as messages
    from (
        select unnest(generate_series(date_trunc('month', min(day)), date_trunc('month', max(day)), interval 1 month)) as month
        from daily_activity
        where sender_id = $who
    )
    left join daily_activity on date_trunc('month', day) = month and sender_id = $who
    group by month
    order by month
"""

_HABITS = (
    "bubbles_per_turn",
    "mean_characters",
    "mean_words",
    "starts_lower_case",
    "all_capitals",
    "has_emoji",
    "emoji_per_text",
    "ends_with_full_stop",
    "ends_with_question_mark",
    "ends_with_exclamation_mark",
    "ends_bare",
    "piles_up_marks",
    "has_ellipsis",
    "stretches_letters",
    "laughs",
    "has_line_break",
)
OTHERS = f"""
    select {", ".join(f"sum({habit} * texts) / sum(texts) as {habit}" for habit in _HABITS)}
    from texting_habits
    where sender_id != $who
    having count(*) > 0
"""


def _shares(size: str, counted: str, mart: str) -> str:
    """For each size, what share of this person's is of it, and of the others'."""
    mine, theirs = (f"sum({counted}) filter (where sender_id {sign} $who)" for sign in ("=", "!="))
    return f"""
    select
        {size},
        coalesce({mine} / any_value(own), 0) as share,
        coalesce({theirs} / any_value(others), 0) as others_share
    from {mart}, (select {mine} as own, {theirs} as others from {mart})
    group by {size}
    order by {size}
"""


LENGTHS = _shares("characters_from", "texts", "message_lengths")
BURSTS = _shares("bubbles", "turns", "bursts")

# What the others together say as often is rather their language than this person's phrase; it only fills up a short list.
CATCHPHRASES = """
    from catchphrases
    where sender_id = $who
    order by uses <= uses_by_others, place
    limit 12
"""

FIRSTS = """
    select mine.*, theirs.sender_name as counterpart_name, theirs.opened as their_opened
    from who_texts_first mine
    join who_texts_first theirs using (conversation_id)
    where mine.sender_id = $who and theirs.sender_id != $who and not mine.is_group
    order by mine.sessions desc, counterpart_name
    limit 10
"""

RECORDS = {
    "busiest_day": "select day, messages from daily_activity where sender_id = $who order by messages desc, day limit 1",
    "streak": """
        select conversation_name, longest_streak_days as days, longest_streak_from as day
        from conversations
        semi join who_texts_first on who_texts_first.conversation_id = conversations.conversation_id and sender_id = $who
        where longest_streak_days > 1
        order by days desc, day
        limit 1
    """,
    "silence": """
        select conversation_name, longest_silence_days as days, longest_silence_from::date as day
        from conversations
        semi join who_texts_first on who_texts_first.conversation_id = conversations.conversation_id and sender_id = $who
        where longest_silence_days is not null
        order by days desc
        limit 1
    """,
    "longest_text": """
        select characters, sent_local::date as day
        from texts
        where sender_id = $who
        order by characters desc, sent_at
        limit 1
    """,
    "longest_burst": """
        select len(bubbles) as bubbles, started_at::date as day
        from turns
        where sender_id = $who
        order by len(bubbles) desc, started_at
        limit 1
    """,
}
