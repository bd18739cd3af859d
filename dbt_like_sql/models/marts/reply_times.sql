-- How soon somebody answers somebody else. Only answers within a session count: after a longer silence nobody can tell an
-- answer from a new beginning, so the times are those of talks that were going on.
with answered as (

    select
        reply_sender_id as sender_id,
        prompt_sender_id as counterpart_id,
        any_value(reply_sender_name) as sender_name,
        any_value(prompt_sender_name) as counterpart_name,
        bool_or(reply_is_owner) as is_owner,
        count(*) as replies,
        count(*) filter (where is_group) as replies_in_groups,
        quantile_cont(greatest(reply_seconds, 0), [0.25, 0.5, 0.75]) as quartiles,
        avg((reply_seconds <= 60)::int) as within_1_minute,
        avg((reply_seconds <= 300)::int) as within_5_minutes,
        avg((reply_seconds <= 3600)::int) as within_1_hour
    from {{ ref('conversation_pairs') }}
    where same_session and reply_sender_id != prompt_sender_id
    group by sender_id, counterpart_id

)

select
    a.sender_id,
    a.counterpart_id,
    a.sender_name,
    a.counterpart_name,
    a.is_owner,
    a.replies,
    a.replies_in_groups,
    a.quartiles[1] as quarter_seconds,
    a.quartiles[2] as median_seconds,
    a.quartiles[3] as three_quarters_seconds,
    a.within_1_minute,
    a.within_5_minutes,
    a.within_1_hour,
    coalesce(back.replies, 0) as their_replies,
    back.quartiles[2] as their_median_seconds
from answered a
left join answered back on back.sender_id = a.counterpart_id and back.counterpart_id = a.sender_id
