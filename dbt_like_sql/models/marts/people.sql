with replies as (

    select
        reply_sender_id as sender_id,
        count(*) as replies,
        median(greatest(reply_seconds, 0)) filter (where same_session) as median_reply_seconds
    from {{ ref('conversation_pairs') }}
    group by reply_sender_id

),

texts as (

    select sender_id, sum(len(words))::bigint as words, sum(characters)::bigint as characters
    from {{ ref('texts') }}
    group by sender_id

)

select
    sender_id,
    any_value(sender_name) as sender_name,
    bool_or(is_owner) as is_owner,
    count(distinct conversation_id) as conversations,
    count(*) as messages,
    count(*) filter (where kind = 'text') as texts,
    coalesce(any_value(texts.words), 0) as words,
    coalesce(any_value(texts.characters), 0) as characters,
    count(distinct (sent_at at time zone '{{ var("zone") }}')::date) as active_days,
    coalesce(any_value(replies.replies), 0) as replies,
    any_value(replies.median_reply_seconds) as median_reply_seconds,
    min(sent_at) as first_at,
    max(sent_at) as last_at
from {{ ref('stg_messages') }}
left join replies using (sender_id)
left join texts using (sender_id)
where sender_id is not null and removed is null
group by sender_id
