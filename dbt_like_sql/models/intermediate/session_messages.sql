-- Where every bubble stands: in which session (a silence ends one), in which block of it (a withdrawn message ends one,
-- so that its neighbours are never joined), in which turn (another sender begins one).
-- A silence does not end a session if whoever writes first after it answers, by the app's link, what somebody else said
-- before it.
with talk as (

    select
        *,
        coalesce(
            sent_at - lag(sent_at) over chat > to_minutes({{ var('session_gap_minutes') }}), true
        ) as after_silence
    from {{ ref('stg_messages') }}
    where is_bubble or is_cut
    window chat as (partition by conversation_id order by sent_at, tie)

),

stretches as (

    select *, sum(after_silence::int) over chat as stretch
    from talk
    window chat as (partition by conversation_id order by sent_at, tie rows unbounded preceding)

),

first_words as (

    select *
    from (
        select
            conversation_id,
            stretch,
            sender_id,
            reply_to,
            bool_and(sender_id = opener) over (partition by conversation_id, stretch order by sent_at, tie) as is_first
        from (
            select *, first_value(sender_id) over (partition by conversation_id, stretch order by sent_at, tie) as opener
            from stretches
            where is_bubble
        )
    )
    where is_first and reply_to is not null

),

stitched as (

    select distinct f.conversation_id, f.stretch
    from first_words f
    join stretches s on s.message_id = f.reply_to and s.conversation_id = f.conversation_id
    where s.stretch = f.stretch - 1 and s.sender_id != f.sender_id

),

numbered as (

    select
        s.*,
        sum((s.after_silence and stitched.stretch is null)::int) over chat as session_no,
        sum(s.is_cut::int) over chat as block_no
    from stretches s
    left join stitched using (conversation_id, stretch)
    window chat as (partition by s.conversation_id order by s.sent_at, s.tie rows unbounded preceding)

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
