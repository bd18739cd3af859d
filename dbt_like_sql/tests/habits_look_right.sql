-- An export read wrongly shows here first: words cut to pieces, everything given to one sender, nobody but the owner.
{{ config(severity='warn') }}

select 'the mean text of ' || sender_name || ' has ' || round(mean_words, 1) || ' words' as looks_wrong
from {{ ref('texting_habits') }}
where texts >= 100 and (mean_words <= 2 or mean_words > 60)

union all

select 'only one person wrote anything' as looks_wrong
from {{ ref('texting_habits') }}
having count(*) = 1

union all

select 'the owner wrote nothing' as looks_wrong
from {{ ref('texting_habits') }}
having count(*) > 0 and count(*) filter (where is_owner) = 0
