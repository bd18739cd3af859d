"""Readers: one module per export format, each turning one file into raw rows. `contract.py` says what a reader is."""
