select
    conversation_id,
    arg_max(conversation_name, sent_at) as conversation_name,
    list(distinct source order by source) as sources,
    bool_or(is_group) as is_group,
    count(distinct sender_id) as people,
    count(*) as messages,
    count(*) filter (where is_owner) as messages_of_owner,
    count(*) filter (where kind = 'text') as texts,
    count(distinct date_trunc('day', sent_at at time zone '{{ var("zone") }}')) as active_days,
    min(sent_at) as first_at,
    max(sent_at) as last_at
from {{ ref('stg_messages') }}
group by conversation_id
