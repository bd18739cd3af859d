"""What a clone is worth: likelihood, style, copying, and the card that tells."""
