-- A reply never answers a turn that began after it.
select pair_id
from {{ ref('conversation_pairs') }} pairs
join {{ ref('turns') }} prompt on prompt.turn_id = pairs.prompt_turn_id
where prompt.started_at > pairs.replied_at
