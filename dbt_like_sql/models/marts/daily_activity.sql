select
    (sent_at at time zone '{{ var("zone") }}')::date as day,
    sender_id,
    any_value(sender_name) as sender_name,
    count(*) as messages,
    count(*) filter (where kind = 'text') as texts,
    count(distinct conversation_id) as conversations,
    coalesce(sum(len(text)) filter (where kind = 'text'), 0)::bigint as characters
from {{ ref('stg_messages') }}
where is_bubble
group by day, sender_id
