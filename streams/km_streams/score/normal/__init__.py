"""One string of a frame in one writing, whatever its author wrote: paths, hosts, commands, SQL, prose. Pure."""
