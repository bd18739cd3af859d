-- Consecutive bubbles of one sender, kept apart. A pause inside a turn does not end it as long as nobody else writes.
select
    'turn-' || left(md5(arg_min(message_id, (sent_at, tie))), 16) as turn_id,
    session_id,
    block,
    turn_no,
    conversation_id,
    any_value(conversation_name) as conversation_name,
    any_value(is_group) as is_group,
    any_value(sender_id) as sender_id,
    any_value(sender_name) as sender_name,
    any_value(is_owner) as is_owner,
    min(sent_at) as started_at,
    max(sent_at) as ended_at,
    list(bubble order by sent_at, tie) as bubbles,
    list(kind order by sent_at, tie) as kinds,
    list(message_id order by sent_at, tie) as message_ids,
    arg_min(reply_to, (sent_at, tie)) filter (where reply_to is not null) as reply_to
from {{ ref('session_messages') }}
group by session_id, block, turn_no, conversation_id
