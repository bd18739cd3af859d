"""`python -m chatclone_dagster` is `chatclone`."""

from chatclone_dagster.cli import main

main()
