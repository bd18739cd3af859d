-- Where every bubble stands: in which session (a silence ends one), in which block of it (a withdrawn message ends one,
-- so that its neighbours are never joined), in which turn (another sender begins one).
-- A silence does not end a session if whoever writes first after it answers, by the app's link, what somebody else said
-- before it.
-- What was said is joined at the end: sorting it along would take twice the time.
with stretches as (

    select *, sum(after_silence::int) over chat as stretch
    from (
        select
            message_id,
            conversation_id,
            sender_id,
            sent_at,
            tie,
            reply_to,
            is_bubble,
            is_cut,
            coalesce(sent_at - lag(sent_at) over chat > to_minutes({{ var('session_gap_minutes') }}), true) as after_silence
        from {{ ref('stg_messages') }}
        where is_bubble or is_cut
        window chat as (partition by conversation_id order by sent_at, tie)
    )
    window chat as (partition by conversation_id order by sent_at, tie rows unbounded preceding)

),

openers as (

    select conversation_id, stretch, arg_min(sender_id, (sent_at, tie)) as sender_id
    from stretches
    where is_bubble
    group by conversation_id, stretch

),

first_words as (

    select s.conversation_id, s.stretch, s.sender_id, s.reply_to
    from stretches s
    join openers o using (conversation_id, stretch, sender_id)
    where s.reply_to is not null and not exists (
        from stretches other
        where other.conversation_id = s.conversation_id and other.stretch = s.stretch and other.is_bubble
            and other.sender_id != s.sender_id and (other.sent_at, other.tie) < (s.sent_at, s.tie)
    )

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
        first_value(message_id) over session as session_opener,
        first_value(block_no) over session as first_block_no
    from numbered
    where is_bubble
    window session as (partition by conversation_id, session_no order by sent_at, tie)

),

placed as (

    select
        message_id,
        'session-' || left(md5(session_opener), 16) as session_id,
        (block_no - first_block_no)::int as block,
        (sum(opens_turn::int) over session)::int as turn_no
    from bubbles
    window session as (partition by conversation_id, session_no order by sent_at, tie rows unbounded preceding)

)

select
    message_id,
    m.conversation_id,
    placed.session_id,
    placed.block,
    placed.turn_no,
    m.conversation_name,
    m.is_group,
    m.sender_id,
    m.sender_name,
    m.is_owner,
    m.sent_at,
    m.tie,
    m.kind,
    -- What a turn shows of the message: its words, and a placeholder for what is no text.
    case
        when m.kind = 'text' then m.text
        when trim(m.text) = '' then '[' || m.kind || ']'
        else '[' || m.kind || '] ' || m.text
    end as bubble,
    m.reply_to
from placed
join {{ ref('stg_messages') }} m using (message_id)
