-- Who breaks the silence, after how long a one, and who has the last word.
with endings as (

    select conversation_id, sender_id, count(*) as closed
    from (
        select session_id, conversation_id, arg_max(sender_id, (sent_at, tie)) as sender_id
        from {{ ref('session_messages') }}
        group by session_id, conversation_id
    )
    group by conversation_id, sender_id

),

opened as (

    select
        conversation_id,
        opened_by as sender_id,
        count(*) as opened,
        count(*) filter (where is_answered) as answered,
        median(silent_seconds_before) / 3600 as median_silent_hours,
        count(*) filter (where silent_seconds_before >= 7 * 86400) as opened_after_a_week
    from {{ ref('sessions') }}
    group by conversation_id, opened_by

),

writers as (

    select
        conversation_id,
        sender_id,
        any_value(conversation_name) as conversation_name,
        any_value(is_group) as is_group,
        any_value(sender_name) as sender_name,
        bool_or(is_owner) as is_owner
    from {{ ref('session_messages') }}
    group by conversation_id, sender_id

)

select
    conversation_id,
    sender_id,
    conversation_name,
    is_group,
    sender_name,
    is_owner,
    all_.sessions,
    coalesce(opened, 0) as opened,
    coalesce(opened, 0) / all_.sessions as share_opened,
    coalesce(answered, 0) as opened_and_answered,
    median_silent_hours,
    coalesce(opened_after_a_week, 0) as opened_after_a_week,
    coalesce(closed, 0) / all_.sessions as share_last_word
from writers
join (select conversation_id, count(*) as sessions from {{ ref('sessions') }} group by conversation_id) all_ using (conversation_id)
left join opened using (conversation_id, sender_id)
left join endings using (conversation_id, sender_id)
