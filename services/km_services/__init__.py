"""HTTP services of Kilometers."""
