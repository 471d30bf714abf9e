"""The first run: a clinic is made in an empty folder."""
