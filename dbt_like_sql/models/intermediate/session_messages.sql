-- Where every bubble stands: in which session (a silence ends one), in which block of it (a withdrawn message ends one,
-- so that its neighbours are never joined), in which turn (another sender begins one).
with talk as (

    select
        *,
        coalesce(
            sent_at - lag(sent_at) over chat > to_minutes({{ var('session_gap_minutes') }}), true
        ) as opens_session
    from {{ ref('stg_messages') }}
    where is_bubble or is_cut
    window chat as (partition by conversation_id order by sent_at, tie)

),

numbered as (

    select
        *,
        sum(opens_session::int) over chat as session_no,
        sum(is_cut::int) over chat as block_no
    from talk
    window chat as (partition by conversation_id order by sent_at, tie rows unbounded preceding)

),

bubbles as (

    select
        *,
        coalesce(
            lag(sender_id) over session != sender_id or lag(block_no) over session != block_no, true
        ) as opens_turn,
        first_value(message_id) over session as session_opener
    from numbered
    where is_bubble
    window session as (partition by conversation_id, session_no order by sent_at, tie)

)

select
    message_id,
    conversation_id,
    'session-' || left(md5(session_opener), 16) as session_id,
    (block_no - min(block_no) over (partition by conversation_id, session_no))::int as block,
    (sum(opens_turn::int) over session)::int as turn_no,
    conversation_name,
    is_group,
    sender_id,
    sender_name,
    is_owner,
    sent_at,
    tie,
    kind,
    bubble,
    reply_to
from bubbles
window session as (partition by conversation_id, session_no order by sent_at, tie rows unbounded preceding)
