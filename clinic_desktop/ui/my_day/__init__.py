"""The practitioner's own day."""
