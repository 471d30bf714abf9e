"""Qt only: a folder a screen; views lay out, controllers decide."""
