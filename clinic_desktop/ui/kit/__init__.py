"""Tokens, fonts, icons and the parts that screens are made of."""
