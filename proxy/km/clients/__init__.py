"""The configurations of AI clients: finding them, saying which servers are recorded, putting `km` in front of them.

One file a client (`cursor`, `goose`, …): where its files stand and which tables in them describe servers (`client`).
Pure: `document` (a format, a change, and the proof that nothing else changed), `json_text`, `json_format`,
`toml_format`, `yaml_format`, `server` (what a table says), `wrapping` (the changes that wrap and unwrap),
`three_way` (a change taken back out).
Adapters: `guarded_file` (reads and replaces files), `backup`, `survey` (what is there), `rewrite` (wraps and unwraps).
"""
