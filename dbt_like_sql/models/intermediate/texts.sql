-- Every text taken apart once: its words, its emoji, and its day and hour where the owner lives.
select
    message_id,
    conversation_id,
    is_group,
    sender_id,
    sender_name,
    is_owner,
    sent_at,
    sent_at at time zone '{{ var("zone") }}' as sent_local,
    text,
    len(text) as characters,
    regexp_extract_all(lower(text), '{{ var("word") }}') as words,
    -- U+FE0F only asks for colour: with it and without it is the same emoji
    list_transform(regexp_extract_all(text, '{{ var("emoji") }}'), lambda e: replace(e, chr(65039), '')) as emoji
from {{ ref('stg_messages') }}
where kind = 'text' and is_bubble
