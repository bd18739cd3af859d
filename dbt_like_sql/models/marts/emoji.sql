with used as (

    select sender_id, sender_name, message_id, unnest(emoji) as emoji
    from {{ ref('texts') }}
    where len(emoji) > 0

),

texts as (

    select sender_id, count(*) as texts
    from {{ ref('texts') }}
    group by sender_id

),

counted as (

    select
        sender_id,
        any_value(sender_name) as sender_name,
        emoji,
        count(*) as uses,
        count(distinct message_id) as texts_with_it
    from used
    group by sender_id, emoji

)

select
    sender_id,
    sender_name,
    emoji,
    uses,
    texts_with_it,
    1000 * uses / texts.texts as per_1000_texts,
    row_number() over (partition by sender_id order by uses desc, texts_with_it desc, emoji) as place
from counted
join texts using (sender_id)
