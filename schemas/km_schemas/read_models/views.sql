-- Schema read: the active generation. Run by km_owner in one transaction; columns never change their types here,
-- because clients hold prepared statements.

CREATE SCHEMA IF NOT EXISTS read;
REVOKE ALL ON SCHEMA read FROM PUBLIC;
GRANT USAGE ON SCHEMA read TO km_query;

CREATE OR REPLACE VIEW read.active_generation WITH (security_invoker = true) AS
SELECT $generation AS generation;

CREATE OR REPLACE VIEW read.events WITH (security_invoker = true) AS
SELECT customer_id, run_id, seq, installation_id, occurred_at, received_at, raw_partition, raw_offset, kind,
       direction, method, target, rpc_id, part, partial, size, score, signals, finding_count, findings,
       cost_nanodollars, block_seq, block_index, omitted
FROM $schema.events;

CREATE OR REPLACE VIEW read.payload_blocks WITH (security_invoker = true) AS
SELECT customer_id, run_id, first_seq, payloads, block FROM $schema.payload_blocks;

CREATE OR REPLACE VIEW read.runs WITH (security_invoker = true) AS
SELECT customer_id, run_id, installation_id, server, next_seq, missing, last_received_at, raw_partition, raw_offset,
       first_occurred_at, last_occurred_at, started_at, ended_at, end_reason, exit_code, signal, argv, cwd, host, os,
       os_user, km_version, parents, server_info_name, server_info_version, client_name, client_version,
       protocol_version, era, frames, events, bytes, calls, errors, findings, max_score, cost_nanodollars, repeats,
       lost_bytes, lost_chunks, skewed
FROM $schema.runs;

CREATE OR REPLACE VIEW read.open_calls WITH (security_invoker = true) AS
SELECT customer_id, run_id, opened_seq, item, direction, rpc_id, method, target, opened_at, request_bytes
FROM $schema.open_calls;

CREATE OR REPLACE VIEW read.calls WITH (security_invoker = true) AS
SELECT customer_id, run_id, opened_seq, item, closed_seq, server, direction, rpc_id, method, target, opened_at,
       closed_at, outcome, error_code, duration_us, waited_us, request_bytes, response_bytes, score, findings,
       cost_nanodollars, raw_partition, raw_offset, progress, task_id, traceparent
FROM $schema.calls;

CREATE OR REPLACE VIEW read.hourly_stats WITH (security_invoker = true) AS
SELECT customer_id, hour, server, method, tool,
       sum(frames)::bigint AS frames, sum(calls)::bigint AS calls, sum(errors)::bigint AS errors,
       sum(duration_us)::bigint AS duration_us, core.sum_histograms(durations) AS durations,
       sum(bytes)::bigint AS bytes, sum(cost_nanodollars)::bigint AS cost_nanodollars,
       sum(high_risk)::bigint AS high_risk, sum(redactions)::bigint AS redactions
FROM $schema.hourly_stats
GROUP BY customer_id, hour, server, method, tool;

CREATE OR REPLACE VIEW read.alerts WITH (security_invoker = true) AS
SELECT customer_id, alert_id, installation_id, run_id, seq, rule, level, score, occurred_at, sentence, signals
FROM $schema.alerts;

CREATE OR REPLACE VIEW read.alert_events WITH (security_invoker = true) AS
SELECT customer_id, alert_id, run_id, seq, score, occurred_at FROM $schema.alert_events;

CREATE OR REPLACE VIEW read.losses WITH (security_invoker = true) AS
SELECT customer_id, loss_id, stage, reason, run_id, first_seq, last_seq, topic, "partition", first_offset,
       last_offset, detected_at
FROM $schema.losses;

CREATE OR REPLACE VIEW read.dead_letters WITH (security_invoker = true) AS
SELECT customer_id, stage, topic, "partition", "offset", error, size, sha256, received_at, run_id, seq
FROM $schema.dead_letters;

CREATE OR REPLACE VIEW read.progress WITH (security_invoker = true) AS
SELECT stage, topic, "partition", next_offset, updated_at FROM $schema.stage_offsets;

GRANT SELECT ON ALL TABLES IN SCHEMA read TO km_query;
