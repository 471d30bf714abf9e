"""The fictional demo clinic and the generated town it works in."""
