"""Secrets: vendors' keys by their form, tokens by their randomness, passwords by being said."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import regex

from chatclone_dagster.privacy.recognizers.base import Recognizer, groups
from chatclone_dagster.privacy.words import any_of

# The documented forms, after the vendors' own pages and the rules of gitleaks and GitHub's secret scanning.
_VENDORS = regex.compile(
    r"""(?x)
    -----BEGIN[ ](?:[A-Z0-9]+[ ]){0,3}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----
      (?:[\s\S]*?-----END[ ](?:[A-Z0-9]+[ ]){0,3}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----|[\sA-Za-z0-9+/=]*)
    | (?<![\w-])(?:
        sk-(?:proj-|ant-|svcacct-|or-v1-|live-|test-)?[A-Za-z0-9_-]{16,}     # OpenAI, Anthropic, OpenRouter
      | (?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,} | whsec_[A-Za-z0-9]{16,} # Stripe
      | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_\w{22,}                      # GitHub
      | gl(?:pat|dt|rt|ft|soat|cbt|ptt)-[A-Za-z0-9_.-]{16,}                  # GitLab
      | (?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,}                       # Amazon
      | AIza[A-Za-z0-9_-]{30,} | ya29\.[A-Za-z0-9_-]{20,} | GOCSPX-[A-Za-z0-9_-]{20,}  # Google
      | xox[abeoprs]-[A-Za-z0-9-]{10,} | xapp-\d-[A-Za-z0-9-]{10,}           # Slack
      | hf_[A-Za-z0-9]{20,} | r8_[A-Za-z0-9]{20,}                            # Hugging Face, Replicate
      | npm_[A-Za-z0-9]{30,} | pypi-[A-Za-z0-9_-]{16,} | dckr_pat_[\w-]{20,} # registries
      | SG\.[\w-]{16,}\.[\w-]{16,} | key-[0-9a-f]{32} | SK[0-9a-f]{32} | AC[0-9a-f]{32}  # SendGrid, Mailgun, Twilio
      | shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32} | sq0[a-z]{3}-[\w-]{22,} | EAA[A-Za-z0-9]{60,}  # Shopify, Square, Meta
      | do[opr]_v1_[a-f0-9]{40,} | dapi[a-f0-9]{32} | lin_api_\w{30,} | ntn_\w{30,} | secret_[A-Za-z0-9]{30,}
      | gsk_\w{30,} | nvapi-[\w-]{30,} | pplx-\w{30,} | tvly-\w{16,} | xai-\w{30,} | AGE-SECRET-KEY-1[A-Z0-9]{50,}
      | \d{8,10}:AA[A-Za-z0-9_-]{32,34}                                      # Telegram bots
      | [MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,}                       # Discord bots
      | eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?         # JSON Web Tokens
    )(?![\w])
    """
)
_HOOK = regex.compile(
    r"https://(?:hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks)/\S+|"
    r"[\w+.-]+://[^\s/:@]+:[^\s/@]{4,}@[^\s<>\"'`]*|"
    # cut off before the host; a port is no password
    r"(?:postgres(?:ql)?|mysql|mariadb|mssql|mongodb(?:\+srv)?|rediss?|amqps?|s?ftp|smtps?|imaps?)"
    r"://[^\s/:@]+:(?!\d{2,5}(?!\w))[^\s/:@]{4,}(?=\s|$)"
)
# What stands in settings and on command lines: SECRET_KEY=…, --token=…, password="…".
_ASSIGNED = regex.compile(
    r"(?:key|token|secret|passwo?r?d|pwd)[\"']?\s?=\s?[\"'`]?(?P<value>[^\s\"'`,;&/<][^\s\"'`,;&]{7,})",
    regex.IGNORECASE,
)
_TOKEN = regex.compile(r"(?<![\w+/.@#-])[A-Za-z0-9_+/~-]{12,}={0,2}(?![\w@])")
_KEY_WORD = regex.compile(rf"(?<!\p{{L}}){any_of('key')}(?!\p{{L}})[^\n]{{0,30}}$", regex.IGNORECASE)
_NO_SECRET = regex.compile(r"(?:commit|sha\d*|md5|hash|checksum|rev|revision|digest)\W{0,3}$", regex.IGNORECASE)
_SPELLING = regex.compile(
    r"[\s,(]+(?:all |in |alles |tout |todo |tutto )?(?:lower ?case|caps|one word|no (?:caps|spaces)|klein(?:geschrieben)?|zusammen(?:geschrieben)?|"
    r"en min[uú]sculas?|en minuscules?|min[uú]scula|minuscolo|junto|attach[ée]|attaccato|kleine letters)(?!\p{L})",
    regex.IGNORECASE,
)
_MEASURE = regex.compile(r"[\d.,:]+\p{L}+|\p{L}{1,4}-\d+|\p{L}+/\d+|.*@.*", regex.IGNORECASE)
_FILE = regex.compile(
    r"(?:IMG|VID|PTT|AUD|DOC|PXL|DSC|WA|Screenshot|Screen|image|video)[-_ ]?\d|\.\w{2,4}$", regex.IGNORECASE
)
_IS = r"(?:(?:'s|it'?s|is|was|ist|lautet|war|es|c'?est|est|è|é|e'|jest|är|er|este|e|je|to|هي|هو|adalah|हैं?)(?=\s)|是|は|=|:|：|->|→)"
_STILL = (
    r"(?:(?:still|now|just|again|noch|jetzt|immer noch|ahora|toujours|maintenant|agora|ora|ancora|nu|teraz|теперь|"
    r"(?P<literally>(?:just )?(?:literally|simply)|einfach(?: nur)?|wörtlich|literal(?:mente)?|simplemente|tal cual|simplement|"
    r"littéralement|semplicemente|letteralmente|simplesmente|letterlijk|gewoon|po prostu|просто|буквально|cidden))\s+)*"
)
_WHERE = (
    r"(?:wi-?fi|wlan|router|internet|netflix|spotify|hulu|disney\+?|gmail|e?-?mail|insta(?:gram)?|"
    r"facebook|pc|laptop|login|zoom|admin|casa|maison)"
)
_PASSWORD_WORD = (
    rf"(?<![\w-])(?:[\w-]*(?:wi-?fi|wlan|router|netflix)\W?)?(?:{any_of('password', 'network_key')})(?![\w])"
    rf"|{any_of('password.zh', 'password.ja', 'password.ko')}"
)
_PASSWORD_WORD = rf"(?:{_PASSWORD_WORD})"
_PASSWORD = regex.compile(
    rf"{_PASSWORD_WORD}(?P<for>\s+(?:for|für|fürs|vom|von|beim|zum|del?|de la|para|du|de l'|pour|di|do|"
    rf"da|voor|van|od|do|от|к|للـ?)\s+[^\s:=]+(?:\s+(?!{_IS})[^\s:=]+)?|\s+{_WHERE})?"
    rf"\s*(?P<is>\s*{_STILL}(?:{_IS}\s*{_STILL})+|\s)[\"'`«„“*]?(?P<value>(?!\S*:\s)[^\s\"'`»”]{{4,64}})",
    regex.IGNORECASE,
)
# wifi pass at mums its Kettle-88-moon, باسورد الواي فاي koshary2024, i changed it to gr4vyTrain so log in with that pass
_FURTHER = [
    regex.compile(
        rf"{_PASSWORD_WORD}[^\n.!?;:=]{{1,40}}?\s?(?:{_IS}\s*{_STILL})(?P<value>[^\s\"'`»”]{{6,64}})", regex.IGNORECASE
    ),
    regex.compile(
        rf"{_PASSWORD_WORD}(?:\s[^\P{{L}}\p{{Latin}}]+){{1,4}}\s(?P<value>(?=\p{{Latin}})[^\s\"'`»”]{{6,64}})",
        regex.IGNORECASE,
    ),
    regex.compile(
        rf"(?<!\p{{L}}){any_of('changed')}(?!\p{{L}})\s(?P<value>[^\s\"'`»”]{{6,64}})(?=[^\n]*{_PASSWORD_WORD})",
        regex.IGNORECASE,
    ),
    regex.compile(
        rf"{_PASSWORD_WORD}[^\n]{{0,40}}?(?<!\p{{L}}){any_of('changed')}\s(?P<value>[^\s\"'`»”]{{6,64}})",
        regex.IGNORECASE,
    ),
    # jai changé le mdp pour Raclette2023
    regex.compile(
        rf"(?<!\p{{L}})(?:chang|cambi|[äa]nder|muda|mude|troc|trok|troqu|zmieni|поменя|смени|updat|set|reset|put|mis)[^\n]{{0,30}}?"
        rf"{_PASSWORD_WORD}[^\n\d.!?;]{{0,20}}?\s(?:to|pour|en|par|a|por|con|in|auf|zu|para|pra|naar|na|на)\s"
        rf"(?P<value>[^\s\"'`»”]{{6,64}})",
        regex.IGNORECASE,
    ),
]
# login: admin / Tr0ub4dor&3, wlan: Fritz!Box7590xy
_LOGIN = regex.compile(
    r"(?<!\w)(?:(?:wi-?fi|wlan)(?:\s?[:=]|'s\s|\s(?:is|ist|es|c'?est|est|è|é|to)\s)|(?:log-?in|log in (?:as|with)|"
    r"user(?:name)?|usr|creds|credentials|usuario|benutzer|benutzername)"
    r"(?:\s?[:=])?\s*[^\s/|:]+\s?(?:[/|:,]|\s)\s?)\s?(?P<value>[^\s\"'`]{6,64})",
    regex.IGNORECASE,
)
_BEHIND = regex.compile(
    rf"(?<!\S)[\"'`]?(?P<value>[^\s\"'`]{{5,64}})[\"'`]?\s+(?:is|ist|es|est|è|é)\s+(?:the|das|mein|la|"
    rf"le|my|il|a|o|mi|mon)\s+(?:[\w-]+\s)?{_PASSWORD_WORD}",
    regex.IGNORECASE,
)


class Secrets(Recognizer):
    """Keys, tokens, private keys and passwords."""

    kind = "secret"

    def spans(self, text: str) -> Iterable[tuple[int, int, float]]:
        """A vendor's form 0.95; a password said as such 0.8; a token that looks random 0.6 (by a word like "key" 0.7)."""
        for match in _VENDORS.finditer(text):
            key = match[0].rstrip() if match[0].startswith("-") else match[0].rstrip(".-")
            yield match.start(), match.start() + len(key), 0.95
        for match in _HOOK.finditer(text):
            yield match.start(), match.start() + len(match[0].rstrip(".,;:!?)")), 0.9
        for match in _ASSIGNED.finditer(text):
            if regex.search(r"\d", match["value"]) and regex.search(r"\p{L}", match["value"]):
                yield *match.span("value"), 0.8
        for pattern in (_PASSWORD, _BEHIND):
            for start, _, match in groups(pattern, text):
                value = match["value"].rstrip(".,;)")
                told = pattern is _PASSWORD and bool(regex.search(r"[:=：→]|->", match["is"]) or match["literally"])
                if _is_password(value, told, text[start + len(value) :]):
                    yield start, start + len(value), 0.8
        for pattern in _FURTHER:
            for start, _, match in groups(pattern, text):
                value = match["value"].rstrip(".,;:)!?")
                if _is_mixed(value):
                    yield start, start + len(value), 0.7
        for match in _LOGIN.finditer(text):
            value = match["value"].rstrip(".,;)!?")
            kinds = _kinds_of_signs(value) + (value[0].isupper() and regex.search(r"\p{Ll}\d", value) is not None)
            if len(value) >= 6 and kinds >= 3 and not _FILE.search(value) and "://" not in value:
                yield match.start("value"), match.start("value") + len(value), 0.7
        for match in _TOKEN.finditer(text):
            near_key = bool(_KEY_WORD.search(text[: match.start()]))
            if not _NO_SECRET.search(text[: match.start()]) and _is_random(match[0], near_key):
                yield match.start(), match.end(), 0.7 if near_key else 0.6


def _is_password(value: str, told: bool, rest: str) -> bool:
    """Whether a word behind "password" is one: mixed as no word of a language is, or behind a colon with nothing after it."""
    if "://" in value or regex.fullmatch(r"\W+|[\d.,]{1,3}|[(<].*", value):
        return False
    value = value.rstrip("!?")
    if value.isdecimal() and not told and len(value) < 6:
        return False
    if _kinds_of_signs(value) >= 2 or (regex.search(r"\d", value) and len(value) >= 4):
        return True
    told = told or _SPELLING.match(rest) is not None
    return told and len(value) >= 5 and not _SPELLING.sub("", rest).strip(" .!?,\n\"'`»”🙈😅🔑👍🙏")


def _is_mixed(value: str) -> bool:
    """Whether letters and digits stand mixed as in no word, amount or time."""
    letters, digits = (len(regex.findall(form, value)) for form in (r"\p{L}", r"\d"))
    return (
        letters >= 3
        and digits >= 1
        and "://" not in value
        and not _FILE.search(value)
        and not _MEASURE.fullmatch(value)
    )


def _kinds_of_signs(value: str) -> int:
    """Of small letters, capitals inside, digits and other signs: how many kinds there are."""
    kinds = (r"\p{Ll}", r"(?<=.)\p{Lu}", r"\d", r"[^\w\s'’-]|_|(?<=\d)-|-(?=\d)")
    return sum(bool(regex.search(kind, value)) for kind in kinds)


def _is_random(token: str, told: bool) -> bool:
    """Whether a run of letters and digits was made by a machine: by length, classes of characters and entropy."""
    bare = token.strip("=-_~+/")
    if len(bare) < (16 if told else 24) or _FILE.search(token):
        return False
    digits, lower, upper = (len(regex.findall(form, bare)) for form in (r"\d", r"[a-z]", r"[A-Z]"))
    letters = lower + upper
    if regex.fullmatch(r"[0-9a-fA-F]+(?:-[0-9a-fA-F]+)*", bare):
        return digits >= 4 and letters >= 4 and len(bare.replace("-", "")) >= (16 if told else 32)
    classes = (digits >= 2) + (lower >= 2) + (upper >= 2)
    if classes < (2 if told else 3) or letters < 4 or digits < (1 if told else 2):
        return False
    # Words joined by signs are no token; a machine changes between classes all the time.
    changes = len(regex.findall(r"(?<=\d)(?=[A-Za-z])|(?<=[A-Za-z])(?=\d)|(?<=[a-z])(?=[A-Z])", bare))
    return changes >= max(3, len(bare) // 8) and entropy(bare) >= (3.0 if told else 3.5)


def entropy(text: str) -> float:
    """Shannon entropy of the characters, in bits a character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
