"""Pure types, rules and ports of the clinic: no Qt, no SQL, no clock, no files."""
