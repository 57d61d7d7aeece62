"""What a run recorded, on disk until it is acknowledged: format, writer and reader. Standard library only.

One folder a run, `$KM_HOME/spool/<run_id>/`, folders 0700, files 0600:

`head`                one page of counters, the ring with the last of stderr, the description of the run (`head`)
`in-N out-N err-N`    preallocated segments of the three streams, slot N (`segment`), holding records (`record`)
`acknowledged`        which segments the wrapper may write over (`acknowledgement`), written by the shipper
`cursor`              the shipper's own position (`km.shipper.cursor`)

A chunk is in the spool before it is forwarded; its record's header is written last, so a reader that finds a
valid header finds a whole chunk, whenever the writer was killed. Pages of a mapped file outlive the process that
wrote them, not a loss of power.
"""
