"""Settings: people, backups, roads, the clinic."""
