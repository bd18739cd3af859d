-- How somebody texts, in shares (0 to 1) of their texts unless the name says otherwise.
with texts as (

    select
        *,
        rtrim(text) as tail,
        regexp_matches(text, '^[^\p{L}]*\p{Ll}') as starts_lower,
        regexp_matches(text, '(?i)\b(a*(ha){2,}h?|a*(he){2,}h?|(ja){2,}|lo+l|lmf?ao+|rofl|x+d+)\b|[😂🤣😹]') as laughs
    from {{ ref('texts') }}

),

turns as (

    select sender_id, count(*) as turns, avg(len(bubbles)) as bubbles_per_turn
    from {{ ref('turns') }}
    group by sender_id

)

select
    texts.sender_id,
    any_value(sender_name) as sender_name,
    bool_or(is_owner) as is_owner,
    count(*) as texts,
    any_value(turns.bubbles_per_turn) as bubbles_per_turn,
    avg(len(text)) as mean_characters,
    median(len(text)) as median_characters,
    avg(len(words)) as mean_words,
    avg(starts_lower::int) as starts_lower_case,
    avg(case when starts_lower then 0 else (text = upper(text) and regexp_matches(text, '\p{Lu}{2}'))::int end) as all_capitals,
    avg((len(emoji) > 0)::int) as has_emoji,
    avg(len(emoji)) as emoji_per_text,
    avg((tail like '%.' and tail not like '%..')::int) as ends_with_full_stop,
    avg((tail like '%?')::int) as ends_with_question_mark,
    avg((tail like '%!')::int) as ends_with_exclamation_mark,
    avg((not regexp_matches(tail, '[\p{P}\p{S}]$'))::int) as ends_bare,
    avg((text like '%!!%' or text like '%??%' or text like '%!?%' or text like '%?!%')::int) as piles_up_marks,
    avg((text like '%...%' or text like '%…%')::int) as has_ellipsis,
    avg((regexp_matches(text, '(aaa|eee|iii|ooo|uuu|yyy|hhh|mmm|sss|nnn)'))::int) as stretches_letters,
    avg(laughs::int) as laughs,
    avg((contains(text, chr(10)))::int) as has_line_break,
    mode(emoji[1]) filter (where len(emoji) > 0) as favourite_emoji
from texts
left join turns using (sender_id)
group by texts.sender_id
