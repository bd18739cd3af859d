select
    sender_id,
    any_value(sender_name) as sender_name,
    least(len(bubbles), 10)::int as bubbles,
    count(*) as turns,
    count(*) / sum(count(*)) over (partition by sender_id) as share
from {{ ref('turns') }}
group by sender_id, least(len(bubbles), 10)
