"""A processor as small as one can be: what the engine is tested with, and an example to begin a new one from."""
