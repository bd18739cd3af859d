"""Marks on messages that are not their sender's own words: what each rule takes, and above all what it leaves "
"alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatclone_dagster import lake, tables
from chatclone_dagster.datasets.content import left_out, without_quotes
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.messages.content import marks
from chatclone_dagster.messages.content.quotes import quoted_lines, without_lines
from chatclone_dagster.settings import Content, Me, Settings, SettingsError, parse_settings
from tests.rows import raw_rows

START = datetime(2024, 1, 1, 9, 0)  # noqa: DTZ001  raw rows carry local times
SMALL_TALK = (
    "are you coming",
    "yes in a minute",
    "ok",
    "did you see that",
    "haha no way",
    "bring milk pls",
    "on my way",
)

CHAIN_EN = (
    "A little angel flew through the window last night and blessed this phone 🙏 Forward this to 10 people "
    "within 24 hours "
    "and something good will happen to you tomorrow. If you break the chain you will have bad luck for seven years!!"
)
CHAINS = {
    "en": CHAIN_EN,
    "de": "Achtung! Ab Samstag wird die App kostenpflichtig. Wenn du diese Nachricht an 15 Freunde "
    "weiterleitest: sende sie an alle "
    "deine Kontakte, bleibt sie für dich frei. Das ist kein Scherz, es kam heute in den Nachrichten.",
    "es": "Atención, desde el lunes la aplicación va a cobrar por cada mensaje. Envía este texto a todos tus "
    "contactos y tu icono se "
    "pondrá azul. No es broma, no rompas la cadena por favor, a mi prima le pasó.",
    "pt": "Atenção: a partir de amanhã o aplicativo vai ser pago. Encaminhe esta mensagem para todos os seus "
    "contatos e continuará de "
    "graça. Não é brincadeira, não quebre a corrente, Deus te abençoe.",
    "fr": "Attention, à partir de demain cette application deviendra payante. Envoie ce message à tous tes "
    "contacts et rien ne changera "
    "pour toi. Ce n'est pas une blague, ne casse pas la chaîne !",
    "ru": "Внимание! С завтрашнего дня приложение станет платным. Отправь это сообщение всем своим друзьям и "
    "контактам, и для тебя ничего "
    "не изменится. Это не шутка, не прерывай, иначе случится несчастье.",
}
ARTICLE = (
    "“We did not expect the river to rise so quickly,” said the mayor of Lindenau on Tuesday evening — hours "
    "after the last bridge had "
    "been closed. The water reached its highest level in forty years. Schools will stay shut until Friday. The "
    "fire brigade counted "
    "more than two hundred calls in one night. Volunteers filled sandbags along the old harbour. “It is the "
    "neighbours who carry us,” "
    "she added. The district council will meet again on Wednesday. (Reuters) Read more at "
    "https://example.org/news/4711"
)
LYRICS = "\n".join(
    f"{line} under the copper moon"
    for line in (
        *("And I walked the harbour wall", "Every lantern burned so low", "You were singing in the hall"),
        *("With a voice like falling snow", "Oh the winter took the boats", "And the summer took the rest"),
    )
    for _ in range(2)
)
HEARTFELT = (
    "ok so i have been thinking about this the whole week and i just need to get it out. you know i never write "
    "long texts but "
    "what you said on sunday really got to me, and not in a bad way, more in a way that made me look at how i "
    "treat people. i was so "
    "busy being right about the flat that i forgot to ask how you were doing with your dad and all of it. i am "
    "sorry for that. i "
    "want us to be the kind of friends who can say it when something is off, and i want you to know that i am "
    "on your side even when "
    "i am being an idiot about curtains. can we have dinner on thursday, my place, i cook, you bring the dog "
    "and we do not talk about "
    "work at all? i miss you and i hate that we only ever text about bills now, that is not who we are"
)


def history(*rows: dict[str, Any]) -> pl.DataFrame:
    """A cleaned history of Ann's: small talk of two first, so that both are known, then these rows, a minute each."""
    talk: list[dict[str, Any]] = [
        {"who": ("Ann", "Bo")[i % 2], "text": SMALL_TALK[i % len(SMALL_TALK)] + " " * (i % 3)} for i in range(160)
    ]
    timed = [{"sent_local": START + timedelta(minutes=7 * i), **row} for i, row in enumerate((*talk, *rows))]
    settings = Settings(me=Me(name="Ann"))
    return clean(raw_rows(*timed).lazy(), tables.PARSE_ISSUES.empty(), settings).messages


def marked(*rows: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """The marks found: (text, mark, detail), in order of time."""
    messages = history(*rows)
    found = marks(messages)
    lake.check(tables.MESSAGE_MARKS, found.lazy())
    texts = messages.with_row_index("row").select("row", "message_id", "text")
    joined = found.join(texts, on="message_id").sort("row", "mark")
    return joined.select("text", "mark", "detail").rows()


def kinds(text: str, who: str = "Bo", **more: Any) -> set[str]:
    return {mark for _, mark, _ in marked({"who": who, "text": text, **more})}


def test_small_talk_bears_no_mark() -> None:
    assert marked() == []


def test_what_the_app_calls_forwarded_is() -> None:
    assert marked({"who": "Ann", "text": "look at this", "forwarded": True}) == [("look at this", "forwarded", "app")]


@pytest.mark.parametrize("language", CHAINS)
def test_chain_letters_ask_to_be_passed_on_in_many_languages(language: str) -> None:
    assert kinds(CHAINS[language]) == {"chain_message"}


@pytest.mark.parametrize(
    "text",
    [
        "can you forward this to Anna? i do not have her number and she needs the address before the weekend, "
        "thanks so much!!",
        "please share the photos with everyone in the family group, grandma keeps asking and i only have the "
        "blurry ones from my phone",
        "kannst du das bitte an alle freunde weiterleiten die mitkommen wollen? wir treffen uns um acht vor dem "
        "kino, der film geht bis elf",
        "good luck tomorrow!! send me a message as soon as you are out, i will be thinking of you the whole "
        "morning, you have got this",
        "we are moving house on the 5th and need strong arms! tell your friends, there will be pizza and beer "
        "for everybody who helps, promise",
        "envía la dirección a todos porfa, que luego nadie sabe llegar y acabamos llamándote diez veces como la "
        "última vez jajaja",
    ],
)
def test_asking_somebody_to_pass_something_on_is_no_chain_letter(text: str) -> None:
    assert kinds(text) == set()


def test_a_long_text_is_its_authors_and_a_copy_when_others_send_it() -> None:
    more = {"conversation_key": "flat", "conversation_name": "Flat"}
    rows = [
        {"who": "Bo", "text": HEARTFELT},
        {"who": "Cy", "text": HEARTFELT.upper().replace(",", " ,"), **more},
        {"who": "Ann", "text": "what", **more},
    ]
    assert [(mark, detail) for _, mark, detail in marked(*rows)] == [("chain_message", "several_people")]
    third = {"who": "Dee", "text": HEARTFELT, **more}
    assert [mark for _, mark, _ in marked(*rows, third)] == ["chain_message"] * 3, "it goes round: it is nobody's"


def test_one_persons_invitation_to_several_chats_stays_theirs() -> None:
    rows = [
        {
            "who": who,
            "text": HEARTFELT if who == "Ann" else "gladly",
            "conversation_key": chat,
            "conversation_name": chat,
        }
        for chat in ("a", "b", "c", "d")
        for who in ("Ann", "Bo")
    ]
    assert marked(*rows) == []


@pytest.mark.parametrize(("text", "sign"), [(ARTICLE, "source"), (LYRICS, "verse")])
def test_articles_and_lyrics_are_walls(text: str, sign: str) -> None:
    lyrics = text if sign == "source" else f"{text}\n© 1987 Harbour Songs"
    ((_, mark, detail),) = marked({"who": "Bo", "text": lyrics})
    assert mark == "pasted_wall"
    assert detail is not None
    assert sign in detail.split()


@pytest.mark.parametrize(
    "text",
    [
        HEARTFELT,
        HEARTFELT.replace(". ", ".\n\n"),
        ". ".join(part.capitalize() for part in HEARTFELT.split(". ")) + ".",
        HEARTFELT + " and look at this place https://example.org/rooms",
        "the plan for the trip:\n"
        + "\n".join(f"- day {i}: train at {i + 7}:15, then the museum, dinner near the station" for i in range(12)),
        "packing list\n"
        + "\n".join(["socks", "the blue tent", "gas for the stove", "coffee!!", "your charger"] * 6)
        + "\nanything else? " * 20,
        "aaaa" * 400,
    ],
    ids=["careless", "paragraphs", "careful", "link", "plan", "list", "scream"],
)
def test_a_long_message_of_ones_own_is_no_wall(text: str) -> None:
    assert kinds(text) == set()


def test_somebody_who_always_writes_like_print_is_not_marked_for_it() -> None:
    letters = [{"who": "Cy", "text": ARTICLE.partition(" (Reuters)")[0].replace("forty", str(i))} for i in range(80)]
    assert [mark for _, mark, _ in marked(*letters)] == []


@pytest.mark.parametrize(
    "name", ["@weather_bot", "@WeatherBot", "WeatherBot", "poll-bot", "Standup Bot", "Jobs [bot]", "MEE6"]
)
def test_bots_are_told_by_their_names(name: str) -> None:
    assert marked({"who": name, "text": "it will rain"}) == [("it will rain", "bot", "name")]


@pytest.mark.parametrize("name", ["Talbot", "Anna Abbot", "Yann Le Bot", "Robot", "bottle", "Botond", "Lisbeth Chabot"])
def test_people_whose_names_sound_like_a_bot_are_people(name: str) -> None:
    assert kinds("it will rain", who=name) == set()


def sender_of(texts: list[str], minutes: list[int]) -> list[dict[str, Any]]:
    day = timedelta(days=1)
    return [
        {"who": "Dee", "text": text, "sent_local": START.replace(minute=minute) + (2 + i) * day}
        for i, (text, minute) in enumerate(zip(texts, minutes, strict=True))
    ]


def test_a_program_writes_the_same_sentences_by_the_clock_and_nobody_else_does() -> None:
    reminder = [f"Reminder: stand-up number {i} starts in 15 minutes" for i in range(30)]
    found = marked(*sender_of(reminder, [45] * 30))
    assert {(mark, detail) for _, mark, detail in found} == {("bot", "pattern")}
    assert len(found) == 30
    assert not marked(*sender_of(reminder, [i * 2 for i in range(30)])), "at any minute: somebody's joke"
    alone = history(*sender_of(reminder, [45] * 30)).with_columns(is_group=pl.lit(value=False))
    assert marks(alone).is_empty(), "whoever answers in a chat of two talks with it"
    mornings = [
        f"good morning my dear {'❤️' * (i % 4)}" if i % 3 else f"slept {i} hours, how about you?" for i in range(30)
    ]
    assert not marked(*sender_of(mornings, [i * 2 for i in range(30)]))
    assert not marked(*sender_of(["ok"] * 30, [45] * 30)), "short words are everybody's"


@pytest.mark.parametrize(
    ("text", "lines", "rest"),
    [
        ("> see you at 8?\nyes!", "1-1", "yes!"),
        ("> see you at 8?\n> or 9\n\n9 is fine", "1-2", "9 is fine"),
        ("fine by me\n\n> see you at 8?", "3-3", "fine by me"),
        ("On 3 Jan 2024, Bo wrote:\n> see you at 8?\n> Bo\n\nyes", "1-4", "yes"),
        ("yes\n\nAm 03.01.2024 um 10:00 schrieb Bo <bo@example.org>:\nsehen wir uns um 8?", "3-4", "yes"),
        ("ja klar\n-----Ursprüngliche Nachricht-----\nVon: Bo\nkommst du?", "2-4", "ja klar"),
        ("「Bo：晚上来吗？」\n- - - - - - - - - -\n来", "1-2", "来"),
    ],
)
def test_quotes_are_cut_off_where_they_are_lines_of_their_own(text: str, lines: str, rest: str) -> None:
    assert marked({"who": "Ann", "text": text}) == [(text, "quote", lines)]
    assert without_lines(text, lines) == rest


@pytest.mark.parametrize(
    "text", ["> somebody's words", "> one\nmine\n> two\nmine again", "On 3 Jan 2024, Bo wrote:\nsee you at 8?\nyes"]
)
def test_a_quote_that_cannot_be_told_from_the_rest_is_marked_whole(text: str) -> None:
    assert marked({"who": "Ann", "text": text}) == [(text, "quote", None)]


@pytest.mark.parametrize(
    "text",
    [
        ">_<",
        ">:( why",
        "-> this way",
        ">be me\n>late again",
        "5 > 3",
        "> 100 € for that?",
        "a quote: -----",
        "who wrote: that",
    ],
)
def test_other_uses_of_the_signs_are_no_quotes(text: str) -> None:
    assert kinds(text) == set()


def test_a_reply_that_repeats_what_it_answers_is_cut_and_a_short_echo_is_not() -> None:
    rows = [
        {"who": "Bo", "text": "are we still on for the lake?", "platform_id": "a"},
        {"who": "Ann", "text": "are we still on for the lake?\nof course we are", "reply_to": "a", "platform_id": "b"},
        {"who": "Bo", "text": "oh ok", "platform_id": "c"},
        {"who": "Ann", "text": "oh ok\noh ok indeed", "reply_to": "c", "platform_id": "d"},
    ]
    assert marked(*rows) == [(rows[1]["text"], "quote", "1-1")]


@given(st.text(alphabet="> \nab-:「」1wrote", max_size=60))
def test_cutting_a_quote_leaves_words_and_takes_nothing_else(text: str) -> None:
    found = quoted_lines(text)
    if found and found[0]:
        lines = text.split("\n")
        assert 1 <= found[0] <= found[1] <= len(lines)
        rest = without_lines(text, f"{found[0]}-{found[1]}")
        assert rest
        assert rest in text or "\n" in rest


@pytest.mark.parametrize("text", ["/start", "/remind me tomorrow", "/play@music_bot", "!play never again", "!roll"])
def test_orders_to_bots(text: str) -> None:
    assert kinds(text) == {"command"}


@pytest.mark.parametrize(
    "text",
    [
        "/s",
        "/srs",
        "/var is full",
        "/home/ann/notes",
        "!!!",
        "!important",
        "/shrug then",
        "and/or",
        "/ whatever",
        "10/10",
    ],
)
def test_other_slashes_and_exclamations_are_no_orders(text: str) -> None:
    assert kinds(text) == set()


def test_a_word_behind_an_exclamation_mark_is_an_order_once_it_is_a_habit() -> None:
    assert {
        mark for _, mark, _ in marked(*[{"who": "Bo", "text": "!kudos", "platform_id": str(i)} for i in range(3)])
    } == {"command"}


def test_links_alone_and_links_in_a_sentence() -> None:
    assert kinds("https://example.org/a?b=c") == {"link_only"}
    assert kinds("https://example.org/a\nwww.example.com …") == {"link_only"}
    assert kinds("look https://example.org/a") == set()


@pytest.mark.parametrize(
    "text",
    [
        "try this:\n```python\nprint('hello')\nprint('you')\n```",
        "def total(rows):\n    found = 0\n    for row in rows:\n        found += row.size\n    return found",
        "SELECT name\nFROM people\nINSERT INTO people VALUES (1);\nCREATE TABLE x (a int);",
        'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    main()\nValueError: no',
    ],
)
def test_code(text: str) -> None:
    assert "code" in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "from tomorrow on\nimport beer is cheaper\nreturn the bottles please\nclass is over at 3",
        "shopping:\n- milk\n- bread\n- eggs :)",
        "he said: no;\nshe said: yes;\nso what now",
        "`ls` does not work for me",
    ],
)
def test_lines_that_only_look_like_code(text: str) -> None:
    assert kinds(text) == set()


def test_what_is_left_out_is_for_the_settings_to_say() -> None:
    found = pl.DataFrame(
        [("a", "forwarded", None), ("a", "quote", None), ("b", "quote", "1-1"), ("c", "link_only", None)],
        schema=tables.MESSAGE_MARKS.schema,
        orient="row",
    )
    assert left_out(found, Content().leave_out).rows() == [("a", "forwarded")], (
        "a quote that can be cut leaves nothing out"
    )
    assert left_out(found, ("link_only",)).rows() == [("c", "link_only")]
    turns = pl.DataFrame({"bubbles": [["> x y\nmine", "and"], ["other"]], "message_ids": [["b", "z"], ["y"]]})
    cut = without_quotes(turns, "bubbles", "message_ids", found, ("quote",))
    assert cut["bubbles"].to_list() == [["mine", "and"], ["other"]]
    assert without_quotes(turns, "bubbles", "message_ids", found, ()).equals(turns)
    assert parse_settings("[content]\nleave_out = ['code']").content.leave_out == ("code",)
    with pytest.raises(SettingsError, match=r"content\.leave_out\.0: Input should be 'forwarded', 'chain_message'"):
        parse_settings("[content]\nleave_out = ['boring']")
