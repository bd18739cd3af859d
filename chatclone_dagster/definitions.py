"""The code location that Dagster loads: the graph of the home it is pointed at (see home.Home.find)."""

from chatclone_dagster.defs import definitions
from chatclone_dagster.home import Home

defs = definitions(Home.find())
