"""From the raw history to a safe copy of it: private values found, and the same one always replaced alike."""
