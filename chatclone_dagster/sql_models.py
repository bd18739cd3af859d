"""Reads dbt_like_sql: its models and tests, rendered, in the order in which they can run.

The folder is a real dbt project. This reader knows what it uses of dbt: `ref`, `source`, `var` and `config`, generic
tests in the `.yml` beside a model, and singular tests under tests/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from chatclone_dagster import sql_tests
from chatclone_dagster.home import bundled
from chatclone_dagster.settings import Settings
from chatclone_dagster.sql_tests import ModelError
from chatclone_dagster.versions import code_version

_JINJA = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there


@dataclass(frozen=True, slots=True)
class Test:
    """A query over models that must return no rows; `warns` if rows are only worth a warning."""

    name: str
    sql: str
    refs: tuple[str, ...]
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """One SQL file, rendered: what it selects, from which models and lake tables, and what must hold of it."""

    name: str
    layer: str
    description: str
    columns: Mapping[str, str]
    sql: str
    refs: tuple[str, ...]
    sources: tuple[str, ...]
    tests: tuple[Test, ...]

    @property
    def version(self) -> str:
        """Changes when the rendered SQL does: by an edit, or by a variable the model uses."""
        return code_version(self.sql)


@dataclass
class _Render:
    """Jinja's view of dbt: gathers what a file refers to while it is rendered."""

    variables: Mapping[str, Any]
    refs: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    def text(self, template: str, file: str) -> str:
        if "{" not in template:
            return template.strip()
        try:
            text = _JINJA.from_string(template).render(
                ref=self.ref, source=self.source, var=self.var, config=self.config
            )
        except (TemplateError, KeyError) as error:
            raise ModelError(f"{file}: {error}") from None
        return text.strip()

    def ref(self, name: str) -> str:
        self.refs.append(name)
        return f'"{name}"'

    def source(self, _: str, name: str) -> str:
        self.sources.append(name)
        return f'"{name}"'

    def var(self, name: str, default: Any = None) -> Any:
        if name not in self.variables and default is None:
            raise KeyError(f"there is no variable '{name}' in dbt_project.yml")
        return self.variables.get(name, default)

    def config(self, **settings: Any) -> str:
        self.settings.update(settings)
        return ""


@dataclass(frozen=True)
class Project:
    """The dbt project: its folder, and the values of its variables that differ from dbt_project.yml."""

    folder: Path
    overrides: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, settings: Settings, folder: Path | None = None) -> Project:
        """The project with the settings of a home."""
        overrides = {
            "session_gap_minutes": settings.sessions.gap_minutes,
            "skipped_kinds": settings.sessions.kinds_that("skip"),
            "cut_kinds": ["deleted", "unavailable", *settings.sessions.kinds_that("cut")],
            "zone": settings.time.zone,
        }
        return cls(folder or bundled("dbt_like_sql"), tuple(overrides.items()))

    @cached_property
    def models(self) -> dict[str, Model]:
        """Every model by name, each after the models it reads.

        Raises:
            ModelError: a model without `.yml`, an unknown ref, a cycle, or a template that does not render.
        """
        described, sources = self._described()
        found = {path.stem: path for path in sorted((self.folder / "models").rglob("*.sql"))}
        if orphans := set(described) - set(found):
            raise ModelError(f"{min(orphans)}.yml: describes '{min(orphans)}', of which there is no {min(orphans)}.sql")
        refs: dict[str, tuple[str, ...]] = {}
        models: dict[str, Model] = {}
        for name, path in found.items():
            where = path.relative_to(self.folder).as_posix()
            if name not in described:
                raise ModelError(f"{where}: no .yml describes the model; add {name}.yml beside it")
            render = _Render(self._variables)
            sql = render.text(path.read_text(encoding="utf-8"), where)
            if unknown := set(render.refs) - set(found):
                raise ModelError(f"{where}: ref('{min(unknown)}') is no model of this project")
            if unknown := set(render.sources) - sources:
                raise ModelError(f"{where}: source('lake', '{min(unknown)}') is in no sources.yml")
            refs[name] = tuple(dict.fromkeys(render.refs))
            models[name] = Model(
                name=name,
                layer=path.parent.name,
                description=described[name].get("description", ""),
                columns={c["name"]: c.get("description", "") for c in described[name].get("columns", [])},
                sql=sql,
                refs=refs[name],
                sources=tuple(dict.fromkeys(render.sources)),
                tests=tuple(self._generic_tests(described[name])),
            )
        try:
            order = list(TopologicalSorter(refs).static_order())
        except CycleError as error:
            raise ModelError(f"models read each other in a circle: {' -> '.join(error.args[1])}") from None
        for test in self._singular_tests():
            if unknown := set(test.refs) - set(found):
                raise ModelError(f"tests/{test.name}.sql: ref('{min(unknown)}') is no model of this project")
            about = max(test.refs, key=order.index)
            models[about] = replace(models[about], tests=(*models[about].tests, test))
        for model in models.values():
            readable = {model.name, *_upstream(model, models)}
            for test in model.tests:
                # A test runs right after its model, when nothing else is sure to be there.
                if stray := set(test.refs) - readable:
                    raise ModelError(f"test {test.name}: {model.name} is not built after '{min(stray)}'")
        return {name: models[name] for name in order}

    @cached_property
    def _variables(self) -> dict[str, Any]:
        config = yaml.safe_load((self.folder / "dbt_project.yml").read_text(encoding="utf-8"))
        return {**config.get("vars", {}), **dict(self.overrides)}

    def _described(self) -> tuple[dict[str, dict[str, Any]], set[str]]:
        """What the `.yml` files say of each model, and the names of the sources."""
        described: dict[str, dict[str, Any]] = {}
        sources: set[str] = set()
        for path in sorted((self.folder / "models").rglob("*.yml")):
            where = path.relative_to(self.folder).as_posix()
            try:
                content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}  # noqa: S506
                described.update({model["name"]: model for model in content.get("models", [])})
                sources |= {table["name"] for source in content.get("sources", []) for table in source["tables"]}
            except yaml.YAMLError as error:
                raise ModelError(f"{where}: {' '.join(str(error).split())}") from None
            except (AttributeError, KeyError, TypeError):
                raise ModelError(f"{where}: is not laid out as dbt has it: models: [{{name: …}}]") from None
        return described, sources

    def _generic_tests(self, model: Mapping[str, Any]) -> Iterator[Test]:
        """The `data_tests` of a model's `.yml`, those of its columns and those of the model as a whole."""
        for name, sql, warns in sql_tests.generic(model):
            render = _Render(self._variables)
            text = render.text(sql, f"{model['name']}.yml")
            yield Test(name, text, tuple(dict.fromkeys((model["name"], *render.refs))), warns)

    def _singular_tests(self) -> Iterator[Test]:
        """The queries under tests/."""
        for path in sorted((self.folder / "tests").glob("*.sql")):
            render = _Render(self._variables)
            where = path.relative_to(self.folder).as_posix()
            sql = render.text(path.read_text(encoding="utf-8"), where)
            if not render.refs:
                raise ModelError(f"{where}: a test must ref() a model")
            yield Test(path.stem, sql, tuple(render.refs), warns=render.settings.get("severity") == "warn")


def _upstream(model: Model, models: Mapping[str, Model]) -> set[str]:
    """The names of all models that a model reads, directly or not."""
    return {name for ref in model.refs for name in (ref, *_upstream(models[ref], models))}
