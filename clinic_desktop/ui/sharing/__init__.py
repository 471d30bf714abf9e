"""Calendars for other programs: a file or a server."""
