"""The routes of a day: list with legs, and the street map."""
