"""Forgetting a person: what of theirs lies where in a home, and taking it away. The last room: it knows all the others."""
