"""Fuzzing of the readers and of what they share: `python -m tests.fuzz READER [--seconds N] [--corpus DIR]`.

A reader meets files that broke on their way, were edited by hand or made to do harm. Here inputs are made by the thousand, from
small sound exports (`seeds/`) that are cut, spliced and twisted in the manner of their format; each reading is held to what
readers/contract.py promises. What is found is made small, mended, and kept in tests/readers/regressions.
"""
