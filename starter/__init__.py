"""The starter model: what it is trained on, and how."""
