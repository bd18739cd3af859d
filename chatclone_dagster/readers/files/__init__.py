"""What an export is made of: folders, archives, text, tables, JSON and pages, however broken or large."""
