"""For tests: rows as the projector writes them, and the service on a port of its own."""
