"""Exports of Ann's, of a rowing club and two chats of two, from which Cy Day is to be forgotten."""

from __future__ import annotations

from pathlib import Path

import polars as pl

NAMES = ("cy day", "cyril")
WORDS = ("zanzibar", "quokka", "marzipan")  # said by Cy, and to Cy, alone
GROUP, TWO, OTHER = (f"WhatsApp Chat with {name}.txt" for name in ("Rowing club", "Cy Day", "Bo"))


def talk(*lines: tuple[str, str]) -> str:
    """The same talk on every day, at another minute each: nobody is a bot."""
    said = ((day, day + minute, who, text) for day in range(1, 29) for minute, (who, text) in enumerate(lines))
    return "".join(f"{day:02}/03/2024, 10:{minute:02} - {who}: {text} {day}\n" for day, minute, who, text in said)


EXPORTS = {
    GROUP: talk(("Bo", "boat today?"), ("Cy Day", "zanzibar is my boat"), ("Ann", "bring it"), ("Bo", "good")),
    TWO: talk(("Cy Day", "do you like quokka"), ("Ann", "no marzipan for you"), ("Cy Day", "quokka then")),
    OTHER: talk(("Bo", "what is up"), ("Ann", "not much"), ("Bo", "ok then"), ("Ann", "yes, bye")),
}
CARDS = "".join(
    f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL:{number}\nEND:VCARD\n"
    for name, number in (("Cy Day", "+49 171 3920042"), ("Bo", "+49 171 3920011"))
)
SETTINGS = """\
# mine
[me]
name = "Ann"
[people]
"Cy Day" = ["Cyril"]
[dataset]
min_replies = 2
"""


def holders(root: Path, words: tuple[str, ...]) -> set[str]:
    """Every file under a folder, but for exports, that holds one of some words."""
    found = set()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += pl.read_parquet(path).write_json().encode()
        if any(form in content.lower() for word in words for form in (word.encode(), word.encode("utf-16-le"))):
            found.add(path.relative_to(root).as_posix())
    return {name for name in found if not name.startswith("exports/")}
