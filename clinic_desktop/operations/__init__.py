"""Brings commands off the GUI thread and their Changes back to it."""
