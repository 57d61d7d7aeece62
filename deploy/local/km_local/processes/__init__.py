"""Child processes: what to run as data, one child, and the supervisor of many."""
