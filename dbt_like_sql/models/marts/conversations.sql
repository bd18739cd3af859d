with counted as (

    select *, (sent_at at time zone '{{ var("zone") }}')::date as day
    from {{ ref('stg_messages') }}
    where removed is null

),

days as (

    select distinct conversation_id, day
    from counted
    where is_bubble

),

-- The days of a streak grow as fast as their numbers do, so that their difference names the streak.
streaks as (

    select conversation_id, min(day) as from_day, count(*) as days
    from (
        select conversation_id, day, day - row_number() over (partition by conversation_id order by day)::int as streak
        from days
    )
    group by conversation_id, streak

),

longest_streak as (

    select conversation_id, max(days) as days, arg_min(from_day, (-days, from_day)) as from_day
    from streaks
    group by conversation_id

),

longest_silence as (

    select
        conversation_id,
        max(silent_seconds_before) / 86400 as days,
        arg_max(started_at - to_seconds(silent_seconds_before), silent_seconds_before) as from_at,
        count(*) as sessions
    from {{ ref('sessions') }}
    group by conversation_id

)

select
    conversation_id,
    arg_max(conversation_name, sent_at) as conversation_name,
    list(distinct source order by source) as sources,
    bool_or(is_group) as is_group,
    count(distinct sender_id) as people,
    count(*) as messages,
    count(*) filter (where is_owner) as messages_of_owner,
    count(*) filter (where kind = 'text') as texts,
    count(distinct day) as active_days,
    any_value(longest_silence.sessions) as sessions,
    any_value(longest_streak.days) as longest_streak_days,
    any_value(longest_streak.from_day) as longest_streak_from,
    any_value(longest_silence.days) as longest_silence_days,
    any_value(longest_silence.from_at) as longest_silence_from,
    min(sent_at) as first_at,
    max(sent_at) as last_at
from counted
left join longest_streak using (conversation_id)
left join longest_silence using (conversation_id)
group by conversation_id
