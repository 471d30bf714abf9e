"""Puts pages on paper."""
