"""The clinical model: templates, screening, consent, intake, notes and their signatures."""
