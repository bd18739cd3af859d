-- A text that changes between languages counts for each of them; one whose language stayed open counts for none.
with spoken as (

    select
        t.sender_id,
        t.sender_name,
        t.message_id,
        t.sent_local,
        len(l.languages) > 1 as mixed,
        unnest(l.languages) as language
    from {{ ref('texts') }} t
    join {{ source('lake', 'message_languages') }} l using (message_id)

),

known as (

    select sender_id, count(distinct message_id) as texts
    from spoken
    group by sender_id

)

select
    sender_id,
    any_value(sender_name) as sender_name,
    language,
    count(*) as texts,
    count(*) / any_value(known.texts) as share,
    count(*) filter (where mixed) as mixed_texts,
    min(sent_local)::date as first_on,
    max(sent_local)::date as last_on
from spoken
join known using (sender_id)
group by sender_id, language
