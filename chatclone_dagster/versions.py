"""What version is this code? Asked by every asset: a change of behaviour, and only that, makes results stale."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

_DATA = {".yaml", ".yml", ".json", ".sql", ".txt", ".html", ".jinja"}


def code_version(*parts: ModuleType | Path | object) -> str:
    """Hash what decides a result: modules and packages (without comments and docstrings), files, and plain values.

    Nobody has to remember to bump a number, and rewording a comment retrains nothing.
    """
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        if isinstance(part, ModuleType | Path):
            digest.update((_module(part.__file__ or "") if isinstance(part, ModuleType) else _source(part)).encode())
        else:
            digest.update(json.dumps(part, default=str, sort_keys=True).encode())
        digest.update(b"\0")
    return digest.hexdigest()


@cache  # a module does not change while its process lives
def _module(file: str) -> str:
    path = Path(file)
    return _source(path.parent if path.name == "__init__.py" else path)


def _source(path: Path) -> str:
    if path.is_dir():
        return "\n".join(f"{file.relative_to(path).as_posix()}\n{_source(file)}" for file in _files(path))
    text = path.read_text(encoding="utf-8")
    return _without_prose(text) if path.suffix == ".py" else text


def _files(folder: Path) -> Iterable[Path]:
    found = (file for file in folder.rglob("*") if file.suffix in _DATA or file.suffix == ".py")
    return sorted(file for file in found if "__pycache__" not in file.parts)


def _without_prose(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [line for line in body if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(tree)
