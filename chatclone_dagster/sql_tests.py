"""dbt's generic tests as queries that must return no rows: not_null, unique, accepted_values, relationships."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chatclone_dagster.errors import UserError

_WANTS = {"not_null": (), "unique": (), "accepted_values": ("values",), "relationships": ("to", "field")}
_NO_WORD = re.compile(r"\W+")


class ModelError(UserError):
    """A model, its `.yml` or a test is wrong; the message names the file and what to mend."""


def generic(model: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """The `data_tests` of one model of a `.yml`: name, query (still with its `ref()`), and whether it only warns.

    A test of a column is about that column; one of the model as a whole names an expression, `column_name: "(a, b)"`.

    Raises:
        ModelError: a test this runner does not know, or one that lacks what it compares with.
    """
    for test in model.get("data_tests", []):
        yield _test(model["name"], None, test)
    for column in model.get("columns", []):
        for test in column.get("data_tests", []):
            yield _test(model["name"], column["name"], test)


def _test(model: str, column: str | None, test: str | Mapping[str, Any]) -> tuple[str, str, bool]:
    kind, given = (test, None) if isinstance(test, str) else next(iter(test.items()))
    given = given or {}
    arguments = given.get("arguments", given)
    expression = arguments.get("column_name") if column is None else f'"{column}"'
    if kind not in _WANTS:
        raise ModelError(f"{model}.yml: '{kind}' is no test this runner knows ({', '.join(_WANTS)})")
    for name in _WANTS[kind] if expression else ("column_name",):
        if name not in arguments:
            raise ModelError(f"{model}.yml: the test {kind} of {column or 'the model'} says no '{name}'")
    name = f"{kind}_{_NO_WORD.sub('_', column or expression).strip('_')}"
    return name, _query(kind, model, expression, arguments), given.get("config", {}).get("severity") == "warn"


def _query(kind: str, model: str, value: str, arguments: Mapping[str, Any]) -> str:
    match kind:
        case "not_null":
            return f'select * from "{model}" where {value} is null'
        case "unique":
            return f'select {value} from "{model}" where {value} is not null group by 1 having count(*) > 1'
        case "accepted_values":
            values = ", ".join("'" + str(value).replace("'", "''") + "'" for value in arguments["values"])
            return f'select * from "{model}" where {value}::varchar not in ({values})'
        case _:
            parent = "{{ " + arguments["to"] + " }}"
            return (
                f'select c.* from "{model}" c anti join {parent} p on c.{value} = p."{arguments["field"]}" '
                f"where c.{value} is not null"
            )
