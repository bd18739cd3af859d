"""The ledger read as a whole: whether its sums close, what was lost where, and where anything comes from and goes to."""
