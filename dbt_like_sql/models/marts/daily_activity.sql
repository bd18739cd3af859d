select
    (sent_at at time zone '{{ var("zone") }}')::date as day,
    sender_id,
    any_value(sender_name) as sender_name,
    count(*) as messages,
    count(distinct conversation_id) as conversations,
    sum(len(text)) filter (where kind = 'text') as characters
from {{ ref('stg_messages') }}
where is_bubble
group by day, sender_id
