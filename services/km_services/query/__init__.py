"""The query service: read models in, HTTP answers out. Read only; it knows Postgres and nothing of Kafka."""
