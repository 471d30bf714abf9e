"""Bringing a patient list in."""
