"""The frame around every screen: rail, status bar, palette, lock."""
