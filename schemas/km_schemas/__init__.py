"""The contracts of Kilometers: topics, record types, codecs and read models."""
