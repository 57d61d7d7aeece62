"""Stream processors over the topics of Kilometers."""
