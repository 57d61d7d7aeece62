"""Who may ask: the token of KM_TOKEN_FILE, or the cookie that a login gave for it."""
