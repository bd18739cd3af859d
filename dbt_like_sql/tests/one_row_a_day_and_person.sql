select day, sender_id
from {{ ref('daily_activity') }}
group by day, sender_id
having count(*) > 1
