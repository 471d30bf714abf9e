"""Finding patients, one patient's page, and the form that creates and edits them."""
