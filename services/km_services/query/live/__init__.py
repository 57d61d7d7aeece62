"""Live updates: one LISTEN connection, wake-ups merged, one question per customer, a bounded outbox per browser."""
