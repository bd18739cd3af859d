-- What somebody says far more often than everyone else in these chats: phrases of one to four words, by the log-odds ratio
-- with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words", section 3.5.1), which keeps rare words
-- from winning by chance. The prior of a phrase is what everybody says of it, scaled down to a tenth, in small histories and large.
--
-- A phrase can be no more frequent than its beginning, so only places where a frequent phrase begins are looked at for longer
-- ones. Speakers and phrases are counted as 64-bit hashes, a fraction of the time of comparing words; what the words are is asked
-- of the few phrases that are said often enough.
with said as materialized (

    select *, row_number() over () as text_no, hash(sender_id) as speaker
    from (
        select sender_id, words, count(*)::int as times, min(sent_at) as first_at, max(sent_at) as last_at
        from {{ ref('texts') }}
        where len(words) > 0
        group by sender_id, words
    )

),

-- Every word of every text, and the phrases that begin there.
places as materialized (

    select
        speaker,
        text_no,
        place,
        times,
        w1 as phrase_1{% for size in range(2, 5) %},
        case when w{{ size }} is not null then hash({{ ["w1", "w2", "w3", "w4"][:size] | join(", ") }}) end as phrase_{{ size }}{% endfor %}
    from (
        select
            speaker,
            text_no,
            unnest(range(1, len(words) + 1)) as place,
            times,
            unnest(hashes) as w1,
            unnest(hashes[2:]) as w2,
            unnest(hashes[3:]) as w3,
            unnest(hashes[4:]) as w4
        from (select *, list_transform(words, lambda word: hash(word)) as hashes from said)
    )

),

begins_1 as (

    select speaker, times, phrase_1, phrase_2, phrase_3, phrase_4
    from places

),
{% for size in range(1, 5) %}
frequent_{{ size }} as materialized (

    select speaker, phrase_{{ size }}, sum(times) as uses
    from begins_{{ size }}
    where phrase_{{ size }} is not null
    group by speaker, phrase_{{ size }}
    having sum(times) >= {{ var("catchphrase_uses") }}

),
{% if not loop.last %}
begins_{{ size + 1 }} as materialized (

    select speaker, times{% for longer in range(size + 1, 5) %}, phrase_{{ longer }}{% endfor %}
    from begins_{{ size }}
    semi join frequent_{{ size }} using (speaker, phrase_{{ size }})
    where phrase_{{ size + 1 }} is not null

),
{% endif %}
everybody_{{ size }} as (

    select phrase_{{ size }}, sum(times) as all_uses
    from places
    semi join frequent_{{ size }} using (phrase_{{ size }})
    group by phrase_{{ size }}

),
{% endfor %}
counted as (
{% for size in range(1, 5) %}
    select {{ size }} as size, speaker, phrase_{{ size }} as hashed, uses, all_uses
    from frequent_{{ size }}
    join everybody_{{ size }} using (phrase_{{ size }})
    {% if not loop.last %}union all{% endif %}
{% endfor %}
),

lengths as (

    select speaker, size, sum(times * greatest(len(words) - size + 1, 0)) as said
    from said, (values (1), (2), (3), (4)) as sizes (size)
    group by speaker, size

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
    from counted
    join lengths using (speaker, size)
    join (select size, sum(said) as all_said from lengths group by size) everyone using (size)

),

typical as materialized (

    select *
    from weighed
    where z_score >= 1.96 and log_odds >= ln({{ var("catchphrase_times") }})

),

worded as (
{% for size in range(1, 5) %}
    select
        size,
        phrases.speaker,
        hashed,
        any_value(sender_id) as sender_id,
        any_value(array_to_string(words[place:place + {{ size - 1 }}], ' ')) as phrase,
        min(first_at) as first_at,
        max(last_at) as last_at
    from (select * from typical where size = {{ size }}) phrases
    join places on places.speaker = phrases.speaker and places.phrase_{{ size }} = phrases.hashed
    join said using (text_no)
    group by size, phrases.speaker, hashed
    {% if not loop.last %}union all{% endif %}
{% endfor %}
),

best as (

    select sender_id, phrase, size, uses, others_uses, log_odds, z_score, first_at, last_at
    from typical
    join worded using (size, speaker, hashed)
    where epoch(last_at - first_at) >= 7 * 86400
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
