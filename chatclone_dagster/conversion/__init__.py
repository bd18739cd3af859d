"""Exports in, files in another app's format out: one for each chat, as any program reads them."""
