"""Marks on words that are passed on: chain letters, articles and lyrics, and above all the long letters that are not."""

from __future__ import annotations

import pytest

from tests.marked import kinds, marked

CHAINS = {
    "en": "A little angel flew through the window last night and blessed this phone 🙏 Forward this to 10 people "
    "within 24 hours "
    "and something good will happen to you tomorrow. If you break the chain you will have bad luck for seven years!!",
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
