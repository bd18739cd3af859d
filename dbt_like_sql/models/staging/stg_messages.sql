-- Every message with its part in a talk: a bubble somebody sent, a cut where one was withdrawn, removed or never came,
-- or neither.
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
    removed is null and sender_id is not null and kind != 'system' and kind not in ('{{ var("cut_kinds") | join("', '") }}') and (
        kind not in ('text', '{{ var("skipped_kinds") | join("', '") }}')
        -- Something to see; the words under a picture are words, whatever becomes of the picture.
        or kind in ('text', 'media') and regexp_matches(text, '[^\s\p{Z}\p{C}]')
    ) as is_bubble,
    removed is not null or kind in ('{{ var("cut_kinds") | join("', '") }}') as is_cut,
    removed
from {{ source('lake', 'messages_safe') }}
