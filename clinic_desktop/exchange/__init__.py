"""What enters or leaves: CSV, page models for print and PDF."""
