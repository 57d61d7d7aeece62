"""The questions to the read models, one module a resource: SQL, and rows into answers."""
