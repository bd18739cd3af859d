"""Materialize all, as the button in the Dagster UI asks for it: through the webserver, carried out by its daemon."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from chatclone_dagster.defs import definitions
from tests.conftest import write_sample_home
from tests.slow.conftest import served

ASSETS = "{ assetNodes { assetKey { path } isMaterializable assetMaterializations(limit: 1) { runId } } }"
LAUNCH = """mutation ($what: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $what) { __typename ... on PythonError { message } }
}"""
PROGRESS = "{ partitionBackfillsOrError { ... on PartitionBackfills { results { status error { message } } } } }"


def test_everything_is_made_from_the_ui(tmp_path: Path, tiny_base: Path) -> None:
    home = write_sample_home(tmp_path / "home", tiny_base)
    with served(home, "ui", "/server_info") as address:

        def ask(query: str, **variables: object) -> Any:
            body = json.dumps({"query": query, "variables": variables}).encode()
            request = urllib.request.Request(f"{address}/graphql", body, {"content-type": "application/json"})
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)["data"]

        def until(found: Any, what: str) -> Any:
            began = monotonic()
            while not (value := found()):
                assert monotonic() - began < 600, what
                sleep(1)
            return value

        nodes = until(lambda: ask(ASSETS)["assetNodes"], "the code location did not load")
        keys = [{"path": node["assetKey"]["path"]} for node in nodes if node["isMaterializable"]]
        assert len(keys) == len(definitions(home).resolve_asset_graph().materializable_asset_keys)
        asked = ask(LAUNCH, what={"assetSelection": keys, "allPartitions": True})
        assert asked["launchPartitionBackfill"]["__typename"] == "LaunchBackfillSuccess", asked

        def ended() -> Any:
            (backfill,) = ask(PROGRESS)["partitionBackfillsOrError"]["results"]
            return backfill if backfill["status"] != "REQUESTED" else None

        assert until(ended, "the daemon did not carry it out") == {"status": "COMPLETED_SUCCESS", "error": None}
        made = {
            "/".join(node["assetKey"]["path"]) for node in ask(ASSETS)["assetNodes"] if node["assetMaterializations"]
        }
    assert {"/".join(key["path"]) for key in keys} <= made
    assert home.document("clone_card.html", "me").is_file()
