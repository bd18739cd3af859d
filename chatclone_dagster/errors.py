"""The one kind of error that is meant for the user."""


class UserError(Exception):
    """Something the user can mend. The message is one line: what is wrong, where, and the way out; no message text."""
