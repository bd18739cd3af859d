"""Readers: one module or package per app, each turning one file into raw rows; `contract.py` says what a reader is.

`registry` knows them all, `survey` which of them takes a file, `ingest` reads each file once, `inspect` looks and keeps nothing,
`collect` copies exports in. What readers share lies in `files` (archives, text, JSON, pages), `times`, `columns`, `entries`,
`sentences`.
"""
