"""What clinicians write: intake, consent, note."""
