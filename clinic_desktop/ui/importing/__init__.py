"""Importing a patient list."""
