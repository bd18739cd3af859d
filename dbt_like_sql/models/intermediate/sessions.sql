select
    session_id,
    conversation_id,
    any_value(conversation_name) as conversation_name,
    any_value(is_group) as is_group,
    min(sent_at) as started_at,
    max(sent_at) as ended_at,
    epoch(min(sent_at) - lag(max(sent_at)) over (partition by conversation_id order by min(sent_at), session_id))::bigint
        as silent_seconds_before,
    count(*) as messages,
    max(turn_no) as turns,
    count(distinct sender_id) as people,
    arg_min(sender_id, (sent_at, tie)) as opened_by,
    count(distinct sender_id) > 1 as is_answered
from {{ ref('session_messages') }}
group by session_id, conversation_id
