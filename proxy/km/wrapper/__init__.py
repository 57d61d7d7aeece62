"""Relays and records one run. Standard library only; what it imports delays the first reply of every server.

main       starts the guard, then the rest
guard      the process that spawns, watches and ends the server and everything below it
relay      the wrapper's own loop: events of pumps, guard, signals
pump       one thread a stream: read, record, forward
lifecycle  when the server is told to end (pure)
recording  opens the spool, or goes on without
linux      what only this system can: subreaper, process tree
"""
