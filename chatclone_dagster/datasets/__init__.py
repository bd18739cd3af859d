"""From pairs and turns to what a trainer reads: splits, windows, chat formats."""
