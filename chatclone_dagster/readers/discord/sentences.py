"""What the exporter writes in place of a text where the app says something: CSV and plain text have no column for the type.

These sentences are English whatever the language of the app and of the computer.
"""

from __future__ import annotations

CALL = r"^Started a call that lasted [\d,]+ minutes\.$"
EVENT = (
    r"^(?:Added (?:a recipient|.+ to the group)\.|Removed (?:a recipient|.+ from the group)\.|Left the group\."
    r"|Changed the channel name(?:\.|: .+)|Changed the channel icon\.|Pinned a message\.|Started a thread\.|Joined the server\.)$"
)
"""Each is the whole of a text; in polars and in Python."""
