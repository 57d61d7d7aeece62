"""Publishes what the wrappers of one installation recorded: at least once, in order, the same seqs on a resend.

Pure: `frames` (cutting), `numbering` (records with their seqs), `lifecycle_records`, `breaker`, `batch`.
Adapters: `cursor`, `runs` and `adoption` (folders), `kafka` (the destination), `lock`, `service` (the loop).
"""
