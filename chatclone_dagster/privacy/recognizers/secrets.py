"""Secrets: vendors' keys by their form, tokens by their randomness, passwords by being said (passwords.py)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import regex

from chatclone_dagster.privacy.recognizers.base import Recognizer
from chatclone_dagster.privacy.recognizers.passwords import FILE, passwords
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
        yield from passwords(text)
        for match in _TOKEN.finditer(text):
            near_key = bool(_KEY_WORD.search(text[: match.start()]))
            if not _NO_SECRET.search(text[: match.start()]) and _is_random(match[0], near_key):
                yield match.start(), match.end(), 0.7 if near_key else 0.6


def _is_random(token: str, told: bool) -> bool:
    """Whether a run of letters and digits was made by a machine: by length, classes of characters and entropy."""
    bare = token.strip("=-_~+/")
    if len(bare) < (16 if told else 24) or FILE.search(token):
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
