"""`mcp.events` → `mcp.scored`, `mcp.alerts`: what an event means beside the others of its installation."""
