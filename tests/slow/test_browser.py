"""The pages a person opens, in a real browser: the Dagster UI, the clone card, MLflow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import dagster as dg
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from chatclone_dagster.home import Home
from chatclone_dagster.training.package import newest, read_manifest
from tests.conftest import write_sample_home
from tests.slow.conftest import chatclone, chromium, served

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Home:
    """The sample exports, brought up to date once."""
    made = write_sample_home(tmp_path_factory.mktemp("browser") / "home", tiny_base)
    process = chatclone(made, "run", "--no-chat")
    out, _ = process.communicate()
    assert process.returncode == 0, out[-3000:]
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )


def test_the_card_shows_everything_and_asks_for_nothing(home: Home, browser: Browser) -> None:
    asked: list[str] = []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(home.document("clone_card.html", "me").as_uri())
        expect(page.get_by_role("heading", level=1)).to_have_text("Mira Solberg’s clone")
        expect(page.get_by_role("img")).to_have_count(2)
        assert page.locator(".case").count() == 12
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, "a phone need not scroll sideways"
        page.close()
    assert all(url.startswith("file:") for url in asked), asked


def test_the_ui_shows_the_graph_and_materializes_an_asset(home: Home, browser: Browser) -> None:
    def made() -> str:
        with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
            event = instance.get_latest_materialization_event(dg.AssetKey("people"))
            return event.run_id if event else ""

    before = made()
    with served(home, "ui", "/server_info") as address:
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        # The whole graph draws only what is in view: of an asset's own lineage that is all of its neighbours.
        page.goto(f"{address}/assets/texting_habits?view=lineage")
        expect(page.get_by_text("texting_profile").first).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Notify me")).to_have_count(0)
        page.goto(f"{address}/assets/people")
        page.get_by_role("button", name="Materialize").first.click()
        began = monotonic()
        while made() == before:
            assert monotonic() - began < 120, "nothing was materialized from the UI"
            page.wait_for_timeout(1000)
        page.close()


def test_mlflow_shows_the_run_the_asset_points_to(home: Home, browser: Browser) -> None:
    run = read_manifest(newest(home, "me")).mlflow_run
    with served(home, "mlflow", "/health") as address:
        page = browser.new_page()
        page.goto(f"{address}/#/experiments/1/runs/{run}")
        expect(page.get_by_text("dataset_version").first).to_be_visible(timeout=60_000)
        page.close()
