"""The page of everything the phone brought: whom to phone, who waits, what is missing, the log."""
