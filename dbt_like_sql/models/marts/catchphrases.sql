-- What somebody says far more often than everyone else in these chats: phrases of one to four words, by the log-odds ratio
-- with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words", section 3.5.1), which keeps rare words
-- from winning by chance. The prior of a phrase is what everybody says of it, scaled down to a tenth, in small histories and large.
--
-- A phrase can be no more frequent than its beginning, so only places where a frequent phrase begins are looked at for longer ones:
-- a fifth of the time of counting all phrases. Words are counted as 64-bit hashes, which are compared faster.
with said as (

    select sender_id, words, count(*) as times, min(sent_at) as first_at, max(sent_at) as last_at
    from {{ ref('texts') }}
    where len(words) > 0
    group by sender_id, words

),

begins_1 as materialized (

    select
        sender_id,
        times,
        first_at,
        last_at,
        unnest(hashes) as w1,
        unnest(hashes[2:]) as w2,
        unnest(hashes[3:]) as w3,
        unnest(hashes[4:]) as w4
    from (select *, list_transform(words, lambda word: hash(word)) as hashes from said)

),

vocabulary as (

    select distinct unnest(words) as word, hash(word) as hashed
    from said

),
{% for size in range(1, 5) %}
{% set words = ["w1", "w2", "w3", "w4"][:size] | join(", ") %}
frequent_{{ size }} as materialized (

    select sender_id, {{ words }}, sum(times) as uses, min(first_at) as first_at, max(last_at) as last_at
    from begins_{{ size }}
    where w{{ size }} is not null
    group by sender_id, {{ words }}
    having sum(times) >= {{ var("catchphrase_uses") }}

),

begins_{{ size + 1 }} as materialized (

    select *
    from begins_{{ size }}
    semi join frequent_{{ size }} using (sender_id, {{ words }})

),

everybody_{{ size }} as (

    select {{ words }}, sum(times) as all_uses
    from begins_1
    semi join frequent_{{ size }} using ({{ words }})
    where w{{ size }} is not null
    group by {{ words }}

),
{% endfor %}
phrases as (
{% for size in range(1, 5) %}
{% set words = ["w1", "w2", "w3", "w4"][:size] | join(", ") %}
    select
        sender_id,
        {{ size }} as size,
        concat_ws(' '{% for place in range(1, size + 1) %}, v{{ place }}.word{% endfor %}) as phrase,
        uses,
        all_uses,
        first_at,
        last_at
    from frequent_{{ size }}
    join everybody_{{ size }} using ({{ words }})
    {% for place in range(1, size + 1) %}
    join vocabulary v{{ place }} on v{{ place }}.hashed = w{{ place }}
    {% endfor %}
    where epoch(last_at - first_at) >= 7 * 86400
    {% if not loop.last %}union all{% endif %}
{% endfor %}
),

lengths as (

    select sender_id, size, sum(times * greatest(len(words) - size + 1, 0)) as said
    from said, (values (1), (2), (3), (4)) as sizes (size)
    group by sender_id, size

),

weighed as (

    select
        *,
        {{ var("catchphrase_prior") }} * all_said as weight,
        {{ var("catchphrase_prior") }} * all_uses as prior,
        all_uses - uses as others_uses,
        all_said - said as others_said,
        ln((uses + prior) / (said + weight - uses - prior))
        - ln((others_uses + prior) / (others_said + weight - others_uses - prior)) as log_odds,
        log_odds / sqrt(1 / (uses + prior) + 1 / (others_uses + prior)) as z_score
    from phrases
    join lengths using (sender_id, size)
    join (select size, sum(said) as all_said from lengths group by size) everyone using (size)

),

best as (

    select *
    from weighed
    where z_score >= 1.96 and log_odds >= ln({{ var("catchphrase_times") }})
    qualify row_number() over (partition by sender_id order by z_score desc, phrase) <= 100

),

-- Half of the uses of "literally" or more stand in "i literally cannot": the longer one is the catchphrase. Spaces are doubled
-- so that each "ha" of "ha ha ha" is found.
parts as (

    select distinct part.sender_id, part.phrase
    from best part
    join best whole
        on whole.sender_id = part.sender_id
        and whole.size > part.size
        and contains(' ' || whole.phrase || ' ', ' ' || part.phrase || ' ')
        and 2 * whole.uses * (len(string_split(
            ' ' || replace(whole.phrase, ' ', '  ') || ' ', ' ' || replace(part.phrase, ' ', '  ') || ' '
        )) - 1) >= part.uses

),

names as (

    select sender_id, any_value(sender_name) as sender_name
    from {{ ref('texts') }}
    group by sender_id

)

select
    sender_id,
    sender_name,
    -- signs of Chinese and Japanese are words of their own here, but are not written apart
    regexp_replace(phrase, '([\p{Han}\p{Hiragana}\p{Katakana}]) ', '\1', 'g') as phrase,
    size as words,
    uses::bigint as uses,
    others_uses::bigint as uses_by_others,
    log_odds,
    z_score,
    first_at,
    last_at,
    row_number() over (partition by sender_id order by z_score desc, phrase) as place
from best
anti join parts using (sender_id, phrase)
join names using (sender_id)
