"""The call panel: who is calling, when they can, the best slots, the words to read back."""
