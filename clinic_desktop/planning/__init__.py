"""Slots and plans: data in, plan out, no clock, no files."""
