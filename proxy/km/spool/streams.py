"""The three streams of a run, and how much of them is read, kept and preallocated at a time."""

STDIN, STDOUT, STDERR = 0, 1, 2
STREAMS = (STDIN, STDOUT, STDERR)
NAMES = ("in", "out", "err")

CHUNK_BYTES = 64 * 1024
"""One read; also what a Linux pipe holds (pipe(7)). Larger reads cost more than they save."""

SEGMENT_BYTES = (1 << 20, 1 << 20, 1 << 18)
"""The first segment of a stream; most runs need no other. These sizes are part of the format (`segment_bytes`)."""
GROWN_BYTES = 1 << 23
"""A segment made later: who has filled the first one has more to say, and taking space costs 0.3 ms a file."""

STDERR_HEAD_BYTES = 64 * 1024
"""So much of stderr is recorded line by line; of the rest the last bytes, in a ring."""
