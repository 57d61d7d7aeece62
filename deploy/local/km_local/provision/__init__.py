"""Makes any Kafka and any Postgres ready for the workers: topics, roles, tables, first offsets. May be repeated."""
