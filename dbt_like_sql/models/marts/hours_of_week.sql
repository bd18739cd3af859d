-- Bubbles of all kinds, by the clock of the owner's zone.
select
    sender_id,
    any_value(sender_name) as sender_name,
    isodow(sent_at at time zone '{{ var("zone") }}') as weekday,
    hour(sent_at at time zone '{{ var("zone") }}') as hour,
    count(*) as messages
from {{ ref('stg_messages') }}
where is_bubble
group by sender_id, weekday, hour
