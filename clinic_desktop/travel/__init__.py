"""All that comes from an OpenStreetMap extract: roads, drive times, addresses, map geometry."""
