-- Turns keep every bubble exactly once.
select message_id, count(*) as turns
from (select unnest(message_ids) as message_id from {{ ref('turns') }}) listed
right join {{ ref('session_messages') }} using (message_id)
group by message_id
having count(*) != 1
