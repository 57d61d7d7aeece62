"""Records every byte between an MCP client and a stdio server, and changes nothing.

`wrapper` relays and appends to the `spool`; `shipper` cuts the spool into frames and publishes them.
What the wrapper imports is kept small on purpose: a server's first reply waits for it.
"""

__version__ = "0.1.0"
