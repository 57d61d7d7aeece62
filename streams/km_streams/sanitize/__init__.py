"""`mcp.frames` → `mcp.events`: every event with what is sensitive in it replaced by keyed tokens."""
