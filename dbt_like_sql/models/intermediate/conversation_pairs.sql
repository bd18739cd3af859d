-- Every turn with the turn it answers, for everyone; a persona's replies are `where reply_sender_id = …`.
-- What is answered is, first that applies: the message the app names; in a group the latest turn of whoever is called by
-- name at the start ("Jonas: …", "@Jonas …"); the turn right before it in the same block, if somebody else wrote it. What
-- answers a message that was withdrawn or removed answers none of these.
-- What was said is joined at the end: carrying it along would take half as long again.
with spoken as (

    select
        turn_id,
        session_id,
        block,
        turn_no,
        conversation_id,
        is_group,
        sender_id,
        sender_name,
        started_at,
        message_ids,
        reply_to,
        case when is_group then lower(coalesce(
            nullif(regexp_extract(bubbles[1], '^@\x{2068}([^\x{2069}]+)\x{2069}', 1), ''),
            nullif(regexp_extract(bubbles[1], '^@([^\s,:]+)', 1), ''),
            nullif(regexp_extract(bubbles[1], '^([^\s,:@]{2,32})[,:]\s', 1), '')
        )) end as called
    from {{ ref('turns') }}

),

named as (

    select conversation_id, message_id, turn_id
    from (select conversation_id, turn_id, unnest(message_ids) as message_id from spoken)
    where message_id in (select reply_to from spoken where reply_to is not null)

),

by_reply as (

    select t.turn_id, n.turn_id as answered_id
    from spoken t
    join named n on n.message_id = t.reply_to and n.conversation_id = t.conversation_id
    join spoken a on a.turn_id = n.turn_id
    where a.sender_id != t.sender_id and a.started_at <= t.started_at

),

names as (

    select distinct session_id, turn_no, turn_id, sender_id, unnest([lower(sender_name), lower(split_part(sender_name, ' ', 1))]) as name
    from spoken
    where is_group

),

by_mention as (

    select t.turn_id, n.turn_id as answered_id
    from (select * from spoken where called is not null) t
    asof join names n on n.session_id = t.session_id and n.name = t.called and t.turn_no > n.turn_no
    where n.sender_id != t.sender_id

),

by_order as (

    select
        turn_id,
        lag(turn_id) over block as answered_id,
        lag(sender_id) over block as answered_sender
    from spoken
    window block as (partition by session_id, block order by turn_no)

),

answers as (

    select
        t.turn_id,
        coalesce(r.answered_id, m.answered_id, o.answered_id) as answered_id,
        case
            when r.answered_id is not null then 'reply_to'
            when m.answered_id is not null then 'mention'
            else 'adjacent'
        end as answered_by
    from spoken t
    left join by_reply r using (turn_id)
    left join by_mention m using (turn_id)
    left join by_order o on o.turn_id = t.turn_id and o.answered_sender != t.sender_id
    where
        coalesce(r.answered_id, m.answered_id, o.answered_id) is not null
        and coalesce(t.reply_to, '') not in (select message_id from {{ ref('stg_messages') }} where is_cut)

)

select
    'pair-' || right(reply.turn_id, 16) as pair_id,
    reply.conversation_id,
    reply.conversation_name,
    reply.is_group,
    reply.session_id,
    reply.turn_id as reply_turn_id,
    reply.sender_id as reply_sender_id,
    reply.sender_name as reply_sender_name,
    reply.is_owner as reply_is_owner,
    reply.started_at as replied_at,
    reply.bubbles as reply_bubbles,
    reply.kinds as reply_kinds,
    reply.message_ids as reply_message_ids,
    answers.answered_by,
    prompt.turn_id as prompt_turn_id,
    prompt.session_id = reply.session_id as same_session,
    prompt.sender_id as prompt_sender_id,
    prompt.sender_name as prompt_sender_name,
    prompt.bubbles as prompt_bubbles,
    prompt.message_ids as prompt_message_ids,
    epoch(reply.started_at - prompt.ended_at)::bigint as reply_seconds
from answers
join {{ ref('turns') }} reply using (turn_id)
join {{ ref('turns') }} prompt on prompt.turn_id = answers.answered_id
