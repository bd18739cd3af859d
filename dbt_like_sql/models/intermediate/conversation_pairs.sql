-- Every turn with the turn it answers, for everyone; a persona's replies are `where reply_sender_id = …`.
-- What is answered is, first that applies: the message the app names; in a group the latest turn of whoever is called by
-- name at the start ("Jonas: …", "@Jonas …"); the turn right before it in the same block, if somebody else wrote it. What
-- answers a message that was withdrawn or removed answers none of these.
-- A turn is found by its session and number: of most turns what they answer is the number before.
with spoken as (

    select
        turn_id,
        session_id,
        turn_no,
        conversation_id,
        is_group,
        sender_id,
        sender_name,
        started_at,
        reply_to,
        case when is_group then lower(coalesce(
            nullif(regexp_extract(bubbles[1], '^@\x{2068}([^\x{2069}]+)\x{2069}', 1), ''),
            nullif(regexp_extract(bubbles[1], '^@([^\s,:]+)', 1), ''),
            nullif(regexp_extract(bubbles[1], '^([^\s,:@]{2,32})[,:]\s', 1), '')
        )) end as called
    from {{ ref('turns') }}

),

by_reply as (

    select t.turn_id, a.session_id, a.turn_no
    from spoken t
    join {{ ref('session_messages') }} m on m.message_id = t.reply_to and m.conversation_id = t.conversation_id
    join spoken a on a.session_id = m.session_id and a.turn_no = m.turn_no
    where a.sender_id != t.sender_id and a.started_at <= t.started_at

),

names as (

    select distinct session_id, turn_no, sender_id, unnest([lower(sender_name), lower(split_part(sender_name, ' ', 1))]) as name
    from spoken
    where is_group

),

by_mention as (

    select t.turn_id, n.session_id, n.turn_no
    from (select * from spoken where called is not null) t
    asof join names n on n.session_id = t.session_id and n.name = t.called and t.turn_no > n.turn_no
    where n.sender_id != t.sender_id

),

named as (

    select turn_id, session_id, turn_no, 'reply_to' as answered_by from by_reply
    union all by name
    select turn_id, session_id, turn_no, 'mention' as answered_by from by_mention anti join by_reply using (turn_id)

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
    coalesce(named.answered_by, 'adjacent') as answered_by,
    prompt.turn_id as prompt_turn_id,
    prompt.session_id = reply.session_id as same_session,
    prompt.sender_id as prompt_sender_id,
    prompt.sender_name as prompt_sender_name,
    prompt.bubbles as prompt_bubbles,
    prompt.message_ids as prompt_message_ids,
    epoch(reply.started_at - prompt.ended_at)::bigint as reply_seconds
from {{ ref('turns') }} reply
left join named using (turn_id)
join {{ ref('turns') }} prompt
    on prompt.session_id = coalesce(named.session_id, reply.session_id)
    and prompt.turn_no = coalesce(named.turn_no, reply.turn_no - 1)
where
    (named.turn_id is not null or prompt.block = reply.block and prompt.sender_id != reply.sender_id)
    and coalesce(reply.reply_to, '') not in (select message_id from {{ ref('stg_messages') }} where is_cut)
