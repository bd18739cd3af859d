-- What a clone of somebody could be made from. The dataset keeps a little less: what it drops further, the ledger tells.
with replies as (

    select
        reply_sender_id as sender_id,
        any_value(reply_sender_name) as sender_name,
        bool_or(reply_is_owner) as is_owner,
        count(*) as replies,
        count(distinct md5_number(lower(array_to_string(reply_bubbles, ' ')))) as different_replies,
        sum(len(array_to_string(reply_bubbles, ' '))) as characters,
        count(distinct prompt_sender_id) as people_answered,
        count(distinct (replied_at at time zone '{{ var("zone") }}')::date) as days,
        min(replied_at) as first_at,
        max(replied_at) as last_at
    from {{ ref('conversation_pairs') }}
    where same_session and list_contains(reply_kinds, 'text')
    group by reply_sender_id

),

busiest as (

    select sender_id, max(replies) as replies
    from (
        select reply_sender_id as sender_id, conversation_id, count(*) as replies
        from {{ ref('conversation_pairs') }}
        where same_session and list_contains(reply_kinds, 'text')
        group by reply_sender_id, conversation_id
    )
    group by sender_id

)

select
    sender_id,
    sender_name,
    is_owner,
    replies.replies,
    different_replies,
    characters,
    people_answered,
    days,
    busiest.replies / replies.replies as share_of_busiest_chat,
    first_at,
    last_at
from replies
join busiest using (sender_id)
