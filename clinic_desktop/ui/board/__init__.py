"""The day board: a lane for each practitioner, visits, the drives between, the day's routes."""
