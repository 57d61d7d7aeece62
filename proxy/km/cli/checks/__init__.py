"""What `km doctor` looks at, one module a part."""
