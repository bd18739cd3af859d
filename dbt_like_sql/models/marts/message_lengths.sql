-- Lengths reach from one character to thousands, so each step is twice as wide as the one before: 1, 2 to 3, 4 to 7, …
select
    sender_id,
    any_value(sender_name) as sender_name,
    (2 ** floor(log2(characters)))::bigint as characters_from,
    (2 ** (floor(log2(characters)) + 1))::bigint - 1 as characters_to,
    count(*) as texts,
    count(*) / sum(count(*)) over (partition by sender_id) as share
from {{ ref('texts') }}
group by sender_id, floor(log2(characters))
