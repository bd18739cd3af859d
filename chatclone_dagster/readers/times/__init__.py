"""Dates and times as apps and people write them: moments, clocks, the calendars of many languages, which number is the day."""
