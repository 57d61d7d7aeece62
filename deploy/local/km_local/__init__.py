"""The whole of Kilometers on one machine, without Docker."""
