"""Where a text says a name of somebody who is known here: Gazetteer (gazetteer.py) asks, the rest tells forms from words."""
