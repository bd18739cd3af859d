"""Chain messages: texts that ask to be passed on, or that go round among several people."""

from __future__ import annotations

import polars as pl

SHORTEST = 100
"""Characters below which nothing is a chain message: "can you forward this to Anna?" is none."""
GOES_ROUND = 200
"""Characters from which the same text by two people has been copied."""

# Passing on, and to whom: both in one sentence. In the order en, de, es, pt, fr, it, nl, sv, pl, tr, ru, hi, zh.
_HAND_ON = (
    r"(?:forward|send|share|pass|copy|repost|post|tag|leite|leitet|schick|sende|teil|verbreite|reenv[ií]a|env[ií]a|manda|"
    r"comparte|compartilh|encaminh|repass|envie|mande|transf[eé]r|envoi|envoy|partag|inoltr|invia|gira\b|condivid|stuur|deel|"
    r"skicka|dela\b|prześlij|wyślij|udostępni|gönder|paylaş|перешли|отправь|разошли|поделись|भेज|फॉरवर्ड|转发|轉發|转给)"
)
_MANY = (
    r"(?:(?:\d{1,3}|ten|seven|zehn|sieben|diez|siete|dez|sete|dix|sept|dieci|sette|tien) (?:\w+ ){0,2}?(?:people|person|friend|"
    r"contact|group|leute|mensch|freund|kontakt|grupp|persona|amig|contact|pessoa|contat|personne|ami|amic|contatt|mens|vriend|"
    r"vän|osob|znajom|kişi|arkadaş|человек|друз|लोगों)|"
    r"(?:all|every|as many|alle|todos|todas|tous|toutes|tutti|tutte|iedereen|alla|wszystki|tüm|bütün|всем|सभी)\b.{0,25}?"
    r"(?:contact|friend|group|people|famil|one you|kontakt|freund|grupp|amig|contat|ami|gruppo|gruppi|vrien|vän|znajom|"
    r"arkadaş|kişi|друз|контакт|दोस्त)|所有|每个|个好友|个人|好友)"
)
_ASKS = rf"(?s){_HAND_ON}[^.!?。！\n]{{0,80}}?{_MANY}"
# What a letter adds to be passed on: luck and its loss, a deadline, "as received", money for the app, "not a joke".
_PRESSES = (
    r"(?s)bad luck|good luck will|break (?:the|this) chain|chain (?:letter|message)|forwarded as received|as received\b|"
    r"copied and pasted|copy and paste|not a (?:joke|hoax)|will be (?:charged|deleted|deactivated)|start charging|"
    r"within \d+ (?:minutes|hours|days)|next \d+ (?:minutes|hours|days)|god (?:will )?bless|angel|miracle|warning!|virus|"
    r"send (?:it|this) back to me|real friends?\b|kettenbrief|unglück|pech\b|kein (?:scherz|witz|fake)|kostenpflichtig|"
    r"innerhalb von \d+|in den nächsten \d+|mala suerte|buena suerte|no (?:rompas|cortes) la cadena|cadena|no es broma|"
    r"va a cobrar|en (?:los|las) próxim[oa]s \d+|dios te|má sorte|azar|não quebre|corrente|não é brincadeira|vai ser pago|"
    r"deus (?:te|vai)|malheur|porte.?malheur|ne (?:brise|romps|casse)|chaîne|pas une blague|deviendra payant|sfortuna|"
    r"non spezzare|catena|non è uno scherzo|diventerà a pagamento|ongeluk|kettingbrief|geen grap|otur|kedjebrev|nieszczęści|"
    r"łańcusz|uğursuz|zincir|несчасть|не шутка|письмо счастья|станет платн|厄运|好运|运气|轉運|转运"
)
_CODE_OF_COPY = pl.col("text").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def chain_messages(said: pl.DataFrame) -> pl.DataFrame:
    """Chain messages; `message_id`, `detail`: `phrase` (asks to be passed on to many, and presses) or `several_people`.

    A long text that two people sent is the first one's own, and a copy when the second sends it; from three on it is
    nobody's. One person's invitation to several chats stays theirs.
    """
    long = said.filter(pl.col("text").str.len_chars() >= SHORTEST)
    # In small letters: a pattern that looks for words in any case takes fifteen times as long. One pattern after the other:
    # few texts come to the second, slower one.
    small = long.select("message_id", text=pl.col("text").str.to_lowercase())
    phrase = small.filter(pl.col("text").str.contains(_PRESSES)).filter(pl.col("text").str.contains(_ASKS))
    phrase = phrase.select("message_id", detail=pl.lit("phrase"))
    copies = (
        long.filter(pl.col("text").str.len_chars() >= GOES_ROUND)
        .with_columns(same=_CODE_OF_COPY)
        .filter(pl.col("same").str.len_chars() >= GOES_ROUND * 0.75, pl.col("sender_id").n_unique().over("same") > 1)
        .with_columns(
            author=pl.col("sender_id").sort_by("sent_at", "message_id").first().over("same"),
            people=pl.col("sender_id").n_unique().over("same"),
        )
        .filter((pl.col("sender_id") != pl.col("author")) | (pl.col("people") > 2))
        .join(phrase, on="message_id", how="anti")
    )
    return pl.concat([phrase, copies.select("message_id", detail=pl.lit("several_people"))])
