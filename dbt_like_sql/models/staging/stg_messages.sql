-- Every message with its part in a talk: a bubble somebody sent, a cut where one was withdrawn or never came, or neither.
select
    message_id,
    source,
    conversation_id,
    conversation_name,
    is_group,
    sender_id,
    sender_name,
    is_owner,
    sent_at,
    tie,
    kind,
    text,
    reply_to,
    forwarded,
    edited,
    len(reactions) as reactions,
    sender_id is not null and (
        kind in ('media', 'sticker', 'voice', 'location', 'poll', 'contact')
        or kind = 'text' and regexp_matches(text, '[^\s\p{Z}\p{C}]')  -- something to see
    ) as is_bubble,
    kind in ('deleted', 'unavailable') as is_cut,
    -- What a turn shows of the message: its words, and a placeholder for what is no text.
    case
        when kind = 'text' then text
        when trim(text) = '' then '[' || kind || ']'
        else '[' || kind || '] ' || text
    end as bubble
from {{ source('lake', 'messages_safe') }}
