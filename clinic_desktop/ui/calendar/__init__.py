"""The week, the month and the agenda: the board's longer views."""
