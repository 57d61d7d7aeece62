"""The commands of `km-local`."""
