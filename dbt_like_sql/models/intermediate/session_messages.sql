-- Where every bubble stands: in which session (a silence ends one), in which block of it (a withdrawn message ends one,
-- so that its neighbours are never joined), in which turn (another sender begins one).
-- A silence does not end a session if whoever writes first after it answers, by the app's link, what somebody else said
-- before it.
-- Messages are only numbered within their chat; sessions are told by the few stretches between silences. What was said is
-- joined at the end: sorting it along would take twice the time. Silences, cuts and turns are counted in one running sum,
-- each in its own bits: three sums would take three times as long.
with in_order as (

    select
        message_id,
        conversation_id,
        sender_id,
        sent_at,
        tie,
        reply_to,
        is_bubble,
        is_cut,
        coalesce(sent_at - lag(sent_at) over chat > to_minutes({{ var('session_gap_minutes') }}), true) as after_silence,
        is_bubble and coalesce(lag(is_cut) over chat or lag(sender_id) over chat != sender_id, true) as opens_turn
    from {{ ref('stg_messages') }}
    where is_bubble or is_cut
    window chat as (partition by conversation_id order by sent_at, tie)

),

summed as (

    select
        message_id,
        conversation_id,
        sender_id,
        reply_to,
        is_bubble,
        row_number() over chat as place,
        sum((after_silence::hugeint << 64) + (is_cut::hugeint << 32) + opens_turn::hugeint) over chat as so_far
    from in_order
    window chat as (partition by conversation_id order by sent_at, tie rows unbounded preceding)

),

counted as (

    select
        * exclude (so_far),
        (so_far >> 64)::bigint as stretch,
        (so_far >> 32 & 4294967295)::bigint as cuts,
        (so_far & 4294967295)::bigint as turns
    from summed

),

stretches as (

    select
        conversation_id,
        stretch,
        arg_min(message_id, place) filter (where is_bubble) as opener,
        arg_min(sender_id, place) filter (where is_bubble) as opened_by,
        min(cuts) filter (where is_bubble) as cuts_before,
        min(turns) filter (where is_bubble) as first_turn
    from counted
    group by conversation_id, stretch

),

first_words as (

    select c.conversation_id, c.stretch, c.sender_id, c.reply_to
    from counted c
    join stretches s on s.conversation_id = c.conversation_id and s.stretch = c.stretch and s.opened_by = c.sender_id
    where c.reply_to is not null and not exists (
        from counted other
        where other.conversation_id = c.conversation_id and other.stretch = c.stretch and other.is_bubble
            and other.sender_id != c.sender_id and other.place < c.place
    )

),

stitched as (

    select distinct f.conversation_id, f.stretch
    from first_words f
    join counted c on c.message_id = f.reply_to and c.conversation_id = f.conversation_id
    where c.stretch = f.stretch - 1 and c.sender_id != f.sender_id

),

numbered as (

    select
        *,
        sum((stitched.stretch is null)::int) over (
            partition by stretches.conversation_id order by stretches.stretch rows unbounded preceding
        ) as session_no
    from stretches
    left join stitched using (conversation_id, stretch)

),

sessions as (

    select
        conversation_id,
        stretch,
        'session-' || left(md5(first_value(opener) over session), 16) as session_id,
        first_value(cuts_before) over session as cuts_before,
        first_value(first_turn) over session as first_turn
    from numbered
    where opener is not null
    window session as (partition by conversation_id, session_no order by stretch)

)

select
    m.message_id,
    m.conversation_id,
    sessions.session_id,
    (c.cuts - sessions.cuts_before)::int as block,
    (c.turns - sessions.first_turn + 1)::int as turn_no,
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
from counted c
join sessions using (conversation_id, stretch)
join {{ ref('stg_messages') }} m using (message_id)
where c.is_bubble
