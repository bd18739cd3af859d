"""The version of code: behaviour counts, prose does not."""

from __future__ import annotations

from pathlib import Path

from chatclone_dagster.versions import code_version


def _version(path: Path, text: str) -> str:
    path.write_text(text)
    return code_version(path)


def test_prose_changes_nothing_and_behaviour_does(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    plain = _version(path, "def f(x):\n    return x + 1\n")
    assert _version(path, '"""Doc."""\n\ndef f(x):\n    """Add one."""\n    # plainly\n    return x + 1\n') == plain
    assert _version(path, "def f(x):\n    return x + 2\n") != plain


def test_a_folder_counts_with_its_data_and_names(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    (tmp_path / "notes.md").write_text("a")
    before = code_version(tmp_path)
    (tmp_path / "notes.md").write_text("b")
    assert code_version(tmp_path) == before
    (tmp_path / "strings.yaml").write_text("a: 1")
    assert code_version(tmp_path) != before


def test_values_count() -> None:
    assert code_version({"a": 1, "b": 2}) == code_version({"b": 2, "a": 1})
    assert code_version({"a": 1}) != code_version({"a": 2})
