"""Repeating a visit, and changing or cancelling what repeats."""
