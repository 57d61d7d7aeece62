"""What every stage shares: records in, outputs and offsets out, and what happens when anything fails."""
