"""Real MCP traffic through `km`, counted at pipes of our own, and checked against what the stack holds."""
