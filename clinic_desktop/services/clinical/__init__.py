"""Use cases on the clinical file: intake, consent, notes, signatures."""
