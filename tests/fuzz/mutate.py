"""An input made from another: one of its parts is changed in the manner of its format."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from chatclone_dagster.readers import registry
from tests.fuzz.edits import change_bytes, edits
from tests.fuzz.inputs import Input

_ROOM = "chatclone_dagster.readers"
_LONGEST_TOKEN = 60


def mutate(data: bytes, pool: Sequence[Input], tokens: Sequence[bytes], rnd: random.Random, longest: int) -> bytes:
    """A changed input of at most `longest` bytes; `pool` is what lines and records are taken from."""
    given = Input.unpack(data)
    for _ in range(rnd.choice((1, 1, 1, 2, 4))):
        given = Input.unpack(_changed(given, pool, tokens, rnd).pack()[:longest])
    return given.pack()


def _changed(given: Input, pool: Sequence[Input], tokens: Sequence[bytes], rnd: random.Random) -> Input:
    what = rnd.random()
    if what < 0.04:
        return replace(given, name=rnd.choice(pool).name)
    if what < 0.06:
        name = change_bytes(given.name.encode(), [b"x"], tokens, rnd).decode(errors="replace")
        return replace(given, name=name)
    if what < 0.10:
        return replace(given, beside=rnd.choice(pool).beside)
    if what < 0.20 and given.beside:
        path = rnd.choice(sorted(given.beside))
        others = [other.beside[path] for other in pool if path in other.beside] or [b""]
        return replace(given, beside={**given.beside, path: _edited(given.beside[path], others, tokens, rnd)})
    return replace(given, content=_edited(given.content, [other.content for other in pool], tokens, rnd))


def _edited(content: bytes, others: Sequence[bytes], tokens: Sequence[bytes], rnd: random.Random) -> bytes:
    return rnd.choice(edits(content))(content, others, tokens, rnd)


def tokens_of(target: str) -> list[bytes]:
    """The strings in a reader's code and in the lists beside it: what it looks for in a file."""
    found = [reader for reader in registry.readers() if target == reader.NAME]
    start = getattr(found[0], "__name__", "") if found else f"{_ROOM}.files.{target}"
    words: set[str] = set()
    for path in _sources(start):
        if path.suffix == ".yaml":
            words.update(_strings(yaml.safe_load(path.read_text(encoding="utf-8"))))
        else:
            tree = ast.parse(path.read_bytes())
            words.update(
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
    return sorted(word.encode(errors="replace") for word in words if 0 < len(word) <= _LONGEST_TOKEN)


def _sources(start: str) -> set[Path]:
    """The files of a reader's module or package, and of those parts of this room that it uses, but not of all readers."""
    ahead, seen, found = [start], {f"{_ROOM}.registry", _ROOM}, set[Path]()
    while ahead:
        name = ahead.pop()
        if name in seen or not name.startswith(_ROOM):
            continue
        seen.add(name)
        place = Path(registry.__file__).parent.joinpath(*name.removeprefix(_ROOM).split("."))
        module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if not module.exists():
            continue  # a name in a module
        found.add(module)
        if place.is_dir():
            found.update(place.glob("*.yaml"))
            ahead += [f"{name}.{path.stem}" for path in place.glob("*.py")]
        for node in ast.walk(ast.parse(module.read_bytes())):
            if isinstance(node, ast.ImportFrom) and node.module:
                ahead += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (*_strings(name), *_strings(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
