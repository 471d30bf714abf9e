"""The best plan of a day or a week: exact for a clinic’s day, bounded for anything larger."""
