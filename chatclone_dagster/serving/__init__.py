"""Talking with a clone."""
