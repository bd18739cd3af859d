-- Only texts in English, or with emoji, can be scored: `scored` beside `texts` says how much of the month the numbers are about.
select
    sender_id,
    date_trunc('month', sent_local)::date as month,
    any_value(sender_name) as sender_name,
    count(*) as texts,
    count(score) as scored,
    avg(score) as mean_score,
    avg((score >= 0.05)::int) as share_glad, -- the thresholds that VADER's authors give
    avg((score <= -0.05)::int) as share_sad
from {{ ref('texts') }}
left join {{ source('lake', 'message_sentiment') }} using (message_id)
group by sender_id, month
