-- Consecutive bubbles of one sender, kept apart. A pause inside a turn does not end it as long as nobody else writes.
-- Most turns are one bubble: only the others are gathered and sorted, which is what takes the time.
with alone as materialized (

    select session_id, turn_no
    from {{ ref('session_messages') }}
    group by session_id, turn_no
    having count(*) = 1

),

gathered as (

    select
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
        -- Sorted as a list: three times as fast as an aggregate for each column with an order of its own.
        list_sort(list({sent_at: sent_at, tie: tie, bubble: bubble, kind: kind, message_id: message_id, reply_to: reply_to})) as said
    from {{ ref('session_messages') }}
    anti join alone using (session_id, turn_no)
    group by session_id, block, turn_no, conversation_id

),

told as (

    select
        * exclude (said),
        list_transform(said, lambda one: one.bubble) as bubbles,
        list_transform(said, lambda one: one.kind) as kinds,
        list_transform(said, lambda one: one.message_id) as message_ids,
        list_filter(list_transform(said, lambda one: one.reply_to), lambda link: link is not null)[1] as reply_to
    from gathered

    union all by name

    select
        session_id,
        block,
        turn_no,
        conversation_id,
        conversation_name,
        is_group,
        sender_id,
        sender_name,
        is_owner,
        sent_at as started_at,
        sent_at as ended_at,
        [bubble] as bubbles,
        [kind] as kinds,
        [message_id] as message_ids,
        reply_to
    from {{ ref('session_messages') }}
    semi join alone using (session_id, turn_no)

)

select 'turn-' || left(md5(message_ids[1]), 16) as turn_id, *
from told
