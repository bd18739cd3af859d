"""The files of a Slack export: folders that are chats, the lists beside them, what is claimed and what is not."""

from __future__ import annotations

import pytest

from chatclone_dagster.readers import registry, slack
from chatclone_dagster.readers.contract import COMPANION, ExportFile, UnreadableError
from chatclone_dagster.readers.files import archive
from tests.readers.conformance.vectors import FIXTURES
from tests.readers.reading import export, read
from tests.readers.test_slack import BESIDE, DAY, day
from tests.readers.writing.slack import lists

CHATS = BESIDE | {
    "../groups.json": '[{"id": "G0000001", "name": "closed", "members": ["U0000001"]}]',
    "../dms.json": '[{"id": "D0000001", "created": 1, "members": ["U0000001", "U0000002"]}]',
    "../mpims.json": '[{"id": "G0000002", "name": "mpdm-ada--zoe--x-1", "members": ["U0000001", "U0000002", "U6"]}]',
}


@pytest.mark.parametrize(
    ("folder", "key", "name", "is_group"),
    [
        ("general", "C0000001", "general", True),
        ("C0000001", "C0000001", "general", True),
        ("closed", "G0000001", "closed", True),
        ("D0000001", "D0000001", "Ada, Zoë <&>", False),
        ("D7777777", "D7777777", "D7777777", False),
        ("mpdm-ada--zoe--x-1", "G0000002", "Ada, Zoë <&>, U6", True),
        ("mpdm-a--b-1", "mpdm-a--b-1", "mpdm-a--b-1", True),
        ("renamed-since", "renamed-since", "renamed-since", None),
    ],
)
def test_a_folder_is_a_chat(folder: str, key: str, name: str, is_group: bool | None) -> None:
    row = day({"text": "hi"}, name=f"x.zip!{folder}/2024-01-31.json", beside=CHATS).rows[0]
    assert (row["conversation_key"], row["conversation_name"], row["is_group"]) == (key, name, is_group)


def test_lists_that_are_missing_or_damaged_cost_the_names_only() -> None:
    missing = day({"text": "<@U0000001>"}, beside={})
    assert (missing.column("text"), missing.issues) == (["@U0000001"], [])
    damaged = day({"text": "<@U0000001>"}, beside={**BESIDE, "../users.json": '[{"id": "U0000001", '})
    assert (damaged.column("text"), damaged.column("conversation_key")) == (["@U0000001"], ["C0000001"])
    assert ["users.json" in reason for reason in damaged.reasons] == [True]


@pytest.mark.parametrize(
    ("name", "content", "variant"),
    [
        ("users.json", lists()["users.json"], COMPANION),
        ("channels.json", lists()["channels.json"], COMPANION),
        ("dms.json", CHATS["../dms.json"], COMPANION),
        ("groups.json", "[]", COMPANION),
        ("canvases.json", '[{"id": "F1"}]', COMPANION),
        ("integration_logs.json", '[{"user_id": "U1", "change_type": "added"}]', COMPANION),
        ("other.json", "[]", None),
        ("general/2024-01-31.json", "[]", None),
        ("bot.json", '{"type": "message", "ts": "1700000000.000100", "text": "hi"}', None),
        ("result.json", '{"messages": [{"id": 1, "type": "message", "date": "2020-01-01T00:00:00"}]}', None),
    ],
)
def test_sniff(name: str, content: str, variant: str | None) -> None:
    found = slack.sniff(export(content, name, lists()))
    assert (found.variant if found else None) == variant


def test_an_empty_list_beside_nothing_is_not_claimed() -> None:
    assert slack.sniff(export("[]", "groups.json")) is None


@pytest.mark.parametrize("content", ["", "5", "null", '{"messages": 1}', "not json"])
def test_what_is_no_export(content: str) -> None:
    assert slack.sniff(export(content, DAY)) is None
    with pytest.raises(UnreadableError):
        read(slack, export(content, DAY))


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="no fixtures beside the checkout")
@pytest.mark.parametrize(
    ("root", "rows"),
    [
        ("rusq__slackdump/internal/fixtures/assets/source_dump_dir", 16),
        ("rusq__slackdump/internal/fixtures/assets/source_export_dir", 16),
        ("rusq__slackdump/internal/fixtures/assets/source_export.zip", 16),
        ("langchain-ai__langchain-community/libs/community/tests/examples/slack_export.zip", 5),
    ],
)
def test_published_exports(root: str, rows: int) -> None:
    found = [file for file in archive.files(FIXTURES / root, FIXTURES) if isinstance(file, ExportFile)]
    claims = {file.name: (registry.detect(file), file) for file in found}
    assert {claim[0].NAME for claim, _ in claims.values() if claim} == {"slack"}
    readings = [read(slack, file) for claim, file in claims.values() if claim and claim[1].variant != COMPANION]
    assert sum(len(reading.rows) for reading in readings) == rows
    assert [reading.issues for reading in readings if reading.issues] == []
    unclaimed = [name for name, (claim, _) in claims.items() if claim is None]
    assert [name for name in unclaimed if not name.endswith("data-i455.json")] == []  # a file that was sent
