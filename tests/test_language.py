"""The languages of messages: measured on lines of chat tone, with context and without, and where they change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl
import pytest

from chatclone_dagster import lake, tables
from chatclone_dagster.messages.languages import languages

LABELLED = Path(__file__).parent / "data" / "languages.tsv"
# Written after the thresholds were settled and never tuned on.
HELD_OUT = """
en	do you still have my charger by any chance
en	just landed, queue at the passport control is endless
en	nobody told me it was cancelled
en	shall we split the bill then
de	hast du noch mein ladekabel
de	die schlange an der kasse ist endlos
de	wer holt eigentlich die kinder ab
de	mir egal, entscheid du
es	tienes tú mi cargador
es	la cola del súper es eterna
es	quién recoge a los niños hoy
es	me da igual, decide tú
fr	c'est toi qui as mon chargeur ?
fr	y a une queue de fou à la caisse
fr	qui va chercher les enfants aujourd'hui
fr	ça m'est égal, choisis
it	ce l'hai tu il mio caricatore?
it	alla cassa c'è una fila infinita
it	chi va a prendere i bambini oggi
it	per me è uguale, decidi tu
pt	você tá com o meu carregador?
pt	a fila do mercado não acaba nunca
pt	quem vai buscar as crianças hoje
pt	tanto faz, você decide
nl	heb jij mijn oplader nog ergens
nl	de rij bij de kassa is echt eindeloos
nl	wie haalt de kinderen eigenlijk op
nl	maakt me niet uit, kies jij maar
sv	har du kvar min laddare
sv	kön i kassan är helt oändlig
sv	vem hämtar barnen idag
sv	spelar ingen roll, välj du
pl	masz może moją ładowarkę
pl	kolejka do kasy nie ma końca
pl	kto dzisiaj odbiera dzieci
pl	wszystko mi jedno, ty wybierz
tr	şarj aletim sende mi kaldı
tr	kasadaki kuyruk bitmek bilmiyor
tr	bugün çocukları kim alıyor
tr	fark etmez sen seç
ru	у тебя случайно нет моей зарядки
ru	очередь на кассе бесконечная
ru	кто сегодня забирает детей
ja	充電器まだ持ってる？
ja	レジの列がすごく長い
ko	내 충전기 아직 갖고 있어?
ko	계산대 줄이 끝이 없네
zh	我的充电器是不是还在你那里
zh	收银台排队排到天荒地老
ar	هل معك الشاحن الخاص بي
ar	الطابور عند الصندوق لا ينتهي
hi	मेरा चार्जर तुम्हारे पास है क्या
el	έχεις ακόμα τον φορτιστή μου;
"""
SHORT = [
    ("de", "ja"),
    ("nl", "ja"),
    ("sv", "ja"),
    ("es", "vale"),
    ("it", "va bene"),
    ("fr", "super"),
    ("de", "super"),
    ("de", "was"),
]
SHORT += [
    ("en", "was"),
    ("pt", "sim"),
    ("de", "ok"),
    ("es", "ok"),
    ("fr", "haha"),
    ("pl", "no"),
    ("en", "no"),
    ("it", "no"),
]

Line = tuple[str, str]


def lines(text: str) -> list[Line]:
    return [(lang, said) for lang, _, said in (line.partition("\t") for line in text.strip().splitlines())]


def found(said: Sequence[str], voices: Iterable[str]) -> list[list[str] | None]:
    """The languages of texts, each by a sender of that name in a chat of their own."""
    voices = list(voices)
    ids = [str(i) for i in range(len(said))]
    frame = pl.DataFrame({"message_id": ids, "conversation_id": voices, "sender_id": voices, "text": said})
    made = languages(frame)
    lake.check(tables.MESSAGE_LANGUAGES, made.lazy())
    known = dict(made.select("message_id", "languages").iter_rows())
    return [known.get(i) for i in ids]


def share_right(labelled: Sequence[Line], before: Sequence[Line], voices: Sequence[str]) -> float:
    """The share of lines whose one language is found, when these lines were said before by senders named after languages."""
    whole = found([said for _, said in (*before, *labelled)], [*(lang for lang, _ in before), *voices])
    got = whole[len(before) :]
    return sum(answer == [lang] for (lang, _), answer in zip(labelled, got, strict=True)) / len(labelled)


def test_lines_of_thirteen_languages_out_of_any_context() -> None:
    """All said once, by people who said nothing else: nothing but the words tells the language."""
    held_out = lines(HELD_OUT)
    assert len({lang for lang, _ in held_out}) >= 13
    assert share_right(held_out, (), [str(i) for i in range(len(held_out))]) >= 0.9
    tuned_on = lines(LABELLED.read_text(encoding="utf-8"))
    assert len(tuned_on) > 160
    assert share_right(tuned_on, (), [str(i) for i in range(len(tuned_on))]) >= 0.96


def test_what_else_a_sender_says_helps_with_what_is_short() -> None:
    before = lines(LABELLED.read_text(encoding="utf-8"))
    held_out = lines(HELD_OUT)
    assert share_right(held_out, before, [lang for lang, _ in held_out]) >= 0.98
    assert share_right(SHORT, before, [lang for lang, _ in SHORT]) == 1


def test_short_words_of_a_stranger_and_texts_without_a_word_stay_open() -> None:
    assert found(["no", "ok", "haha"], "abc") == [None] * 3
    assert found(["👍", "12:30", "https://example.org/aber-sicher-doch", "!!!"], "abcd") == [None] * 4
    assert languages(pl.DataFrame(schema=tables.MESSAGES.schema)).is_empty()


@pytest.mark.parametrize(
    ("said", "both"),
    [
        ("Guten Morgen zusammen, ich hoffe es geht euch gut. See you at the station tomorrow", ["de", "en"]),
        ("ich bin so done mit dem tag, i cant even anymore", ["de", "en"]),
        ("mañana hablamos mejor, i need to finish this report tonight", ["en", "es"]),
        ("je suis dans le train, bin in zehn Minuten am Bahnhof und freue mich", ["de", "fr"]),
        ("привет, are you coming tonight?", ["en", "ru"]),
        ("今日は本当に疲れた I need a long holiday", ["en", "ja"]),
    ],
)
def test_a_text_that_changes_between_languages_keeps_both(said: str, both: list[str]) -> None:
    before = lines(LABELLED.read_text(encoding="utf-8"))
    answer = found([*(text for _, text in before), said], [*(lang for lang, _ in before), "en"])[-1]
    assert sorted(answer or []) == both


@pytest.mark.parametrize(
    ("said", "lang"),
    [
        ("das Meeting ist um drei im Office", "de"),
        ("was machst du eigentlich am wochenende", "de"),
        ("what a lovely day for a walk in the park with the dog", "en"),
        ("voy al gym y luego hacemos el brunch con tus amigas", "es"),
        ("on se fait un week-end cool avec les copains du job", "fr"),
    ],
)
def test_borrowed_words_change_no_language(said: str, lang: str) -> None:
    before = lines(LABELLED.read_text(encoding="utf-8"))
    assert found([*(text for _, text in before), said], [*(one for one, _ in before), lang])[-1] == [lang]
