-- One generation of read models. Run by km_owner; idempotent. $schema is read_g<N>.
-- Every table of a customer has row-level security, also for its owner; sizes are bytes, durations microseconds,
-- money nano-dollars. occurred_at is the installation's clock clamped to received_at (the broker's).

CREATE SCHEMA IF NOT EXISTS $schema;

CREATE TABLE IF NOT EXISTS $schema.events (
    customer_id      uuid        NOT NULL,
    run_id           uuid        NOT NULL,
    seq              bigint      NOT NULL,
    installation_id  uuid        NOT NULL,
    occurred_at      timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    raw_offset       bigint      NOT NULL,
    cost_nanodollars bigint      NOT NULL,
    raw_partition    integer     NOT NULL,
    size             integer     NOT NULL,
    part             integer,
    finding_count    integer     NOT NULL,
    score            smallint    NOT NULL,
    block_index      smallint,               -- position in its payload block; none where the payload was omitted
    partial          boolean     NOT NULL,
    kind             text        NOT NULL,
    direction        text,
    method           text,
    target           text,
    rpc_id           text,
    block_seq        bigint,                 -- first_seq of its payload block
    findings         jsonb,                  -- none where there is no finding
    signals          jsonb,
    omitted          jsonb,                  -- {"size", "sha256"} of a payload too large for the topics
    PRIMARY KEY (customer_id, run_id, seq)
);
CREATE INDEX IF NOT EXISTS events_by_time ON $schema.events (customer_id, occurred_at DESC, run_id, seq);

-- zstd blocks of up to 64 payloads of one run (km_schemas.payload_blocks).
CREATE TABLE IF NOT EXISTS $schema.payload_blocks (
    customer_id uuid     NOT NULL,
    run_id      uuid     NOT NULL,
    first_seq   bigint   NOT NULL,
    payloads    smallint NOT NULL,
    block       bytea    NOT NULL,
    PRIMARY KEY (customer_id, run_id, first_seq)
);
ALTER TABLE $schema.payload_blocks ALTER COLUMN block SET STORAGE EXTERNAL;

CREATE TABLE IF NOT EXISTS $schema.runs (
    customer_id         uuid        NOT NULL,
    run_id              uuid        NOT NULL,
    installation_id     uuid        NOT NULL,
    server              text        NOT NULL DEFAULT '',
    -- progress: what has been projected of the run
    next_seq            bigint      NOT NULL DEFAULT 1,
    missing             int8multirange NOT NULL DEFAULT '{}',
    last_received_at    timestamptz NOT NULL,
    raw_partition       integer     NOT NULL,
    raw_offset          bigint      NOT NULL,   -- of the newest projected record
    -- life
    first_occurred_at   timestamptz NOT NULL,
    last_occurred_at    timestamptz NOT NULL,
    started_at          timestamptz,
    ended_at            timestamptz,
    end_reason          text,
    exit_code           integer,
    signal              integer,
    argv                text[],
    cwd                 text,
    host                text,
    os                  text,
    os_user             text,
    km_version          text,
    parents             jsonb,
    -- who speaks to whom
    server_info_name    text,
    server_info_version text,
    client_name         text,
    client_version      text,
    protocol_version    text,
    era                 text,
    -- sums
    frames              bigint      NOT NULL DEFAULT 0,   -- of kinds that stand for frames, parts of one counted once
    events              bigint      NOT NULL DEFAULT 0,
    bytes               bigint      NOT NULL DEFAULT 0,
    calls               bigint      NOT NULL DEFAULT 0,
    errors              bigint      NOT NULL DEFAULT 0,   -- calls that ended in error or tool_error
    findings            bigint      NOT NULL DEFAULT 0,
    max_score           smallint    NOT NULL DEFAULT 0,
    cost_nanodollars    bigint      NOT NULL DEFAULT 0,
    repeats             bigint      NOT NULL DEFAULT 0,   -- records dropped because their seq was projected before
    lost_bytes          bigint      NOT NULL DEFAULT 0,   -- forwarded but not recorded (capture-lost)
    lost_chunks         bigint      NOT NULL DEFAULT 0,
    skewed              boolean     NOT NULL DEFAULT false, -- a time of the installation lay after received_at
    PRIMARY KEY (customer_id, run_id)
);
CREATE INDEX IF NOT EXISTS runs_by_time ON $schema.runs (customer_id, last_occurred_at DESC, run_id);
CREATE INDEX IF NOT EXISTS runs_with_gaps ON $schema.runs (last_received_at) WHERE missing <> '{}';

-- Calls in flight; small.
CREATE TABLE IF NOT EXISTS $schema.open_calls (
    customer_id   uuid        NOT NULL,
    run_id        uuid        NOT NULL,
    opened_seq    bigint      NOT NULL,
    item          integer     NOT NULL,
    direction     text        NOT NULL,
    rpc_id        text        NOT NULL,
    method        text        NOT NULL,
    target        text,
    opened_at     timestamptz NOT NULL,
    request_bytes integer     NOT NULL,
    PRIMARY KEY (customer_id, run_id, opened_seq, item)
);

-- Ended calls; written once, at the closing event.
CREATE TABLE IF NOT EXISTS $schema.calls (
    customer_id      uuid        NOT NULL,
    run_id           uuid        NOT NULL,
    opened_seq       bigint      NOT NULL,
    item             integer     NOT NULL,
    closed_seq       bigint      NOT NULL,
    server           text        NOT NULL,
    direction        text        NOT NULL,
    rpc_id           text        NOT NULL,
    method           text        NOT NULL,
    target           text,
    opened_at        timestamptz NOT NULL,
    closed_at        timestamptz NOT NULL,
    outcome          text        NOT NULL,
    error_code       integer,
    duration_us      bigint,
    waited_us        bigint      NOT NULL,
    request_bytes    integer     NOT NULL,
    response_bytes   integer     NOT NULL,
    score            smallint    NOT NULL,
    findings         integer     NOT NULL,
    cost_nanodollars bigint      NOT NULL,
    raw_partition    integer     NOT NULL,   -- of the closing event: the position live updates resume from
    raw_offset       bigint      NOT NULL,
    PRIMARY KEY (customer_id, run_id, opened_seq, item)
);
CREATE INDEX IF NOT EXISTS calls_by_time ON $schema.calls (customer_id, closed_at DESC, run_id, opened_seq, item);
CREATE INDEX IF NOT EXISTS calls_by_position ON $schema.calls (customer_id, raw_partition, raw_offset);
ALTER TABLE $schema.calls
    ADD COLUMN IF NOT EXISTS progress    integer NOT NULL DEFAULT 0,   -- notifications of progress
    ADD COLUMN IF NOT EXISTS task_id     text,                         -- of the task that the call became
    ADD COLUMN IF NOT EXISTS traceparent text;                         -- W3C Trace Context, of the request

-- One row a source partition, so that partitions never wait for each other; a view sums over them.
CREATE TABLE IF NOT EXISTS $schema.hourly_stats (
    customer_id      uuid        NOT NULL,
    hour             timestamptz NOT NULL,
    server           text        NOT NULL,
    method           text        NOT NULL,   -- '' for what has none
    tool             text        NOT NULL,   -- '' for what is no tools/call
    source_partition integer     NOT NULL,
    frames           bigint      NOT NULL,
    calls            bigint      NOT NULL,
    errors           bigint      NOT NULL,
    duration_us      bigint      NOT NULL,
    durations        bigint[]    NOT NULL,   -- counts by km_schemas.histogram
    bytes            bigint      NOT NULL,
    cost_nanodollars bigint      NOT NULL,
    high_risk        bigint      NOT NULL,   -- frames of level high
    redactions       bigint      NOT NULL,
    PRIMARY KEY (customer_id, hour, server, method, tool, source_partition)
);

CREATE TABLE IF NOT EXISTS $schema.alerts (
    customer_id     uuid        NOT NULL,
    alert_id        uuid        NOT NULL,
    installation_id uuid        NOT NULL,
    run_id          uuid        NOT NULL,
    seq             bigint      NOT NULL,
    rule            text        NOT NULL,
    level           text        NOT NULL,
    score           smallint    NOT NULL,
    occurred_at     timestamptz NOT NULL,
    sentence        text        NOT NULL,
    signals         text[]      NOT NULL,
    PRIMARY KEY (customer_id, alert_id)
);

-- The events of each alert: the one that raised it, and those that came while its group was open.
CREATE TABLE IF NOT EXISTS $schema.alert_events (
    customer_id     uuid        NOT NULL,
    alert_id        uuid        NOT NULL,
    run_id          uuid        NOT NULL,
    seq             bigint      NOT NULL,
    score           smallint    NOT NULL,
    occurred_at     timestamptz NOT NULL,
    PRIMARY KEY (customer_id, alert_id, run_id, seq)
);

-- What is known to be gone: seqs of a run that never came, or offsets that retention took before a stage read them.
CREATE TABLE IF NOT EXISTS $schema.losses (
    customer_id uuid        NOT NULL,
    loss_id     uuid        NOT NULL,        -- UUIDv5 of what is lost: saying it twice changes nothing
    stage       text        NOT NULL,
    reason      text        NOT NULL,
    run_id      uuid,
    first_seq   bigint,
    last_seq    bigint,
    topic       text,
    "partition" integer,
    first_offset bigint,
    last_offset bigint,
    detected_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (customer_id, loss_id)
);

CREATE TABLE IF NOT EXISTS $schema.dead_letters (
    customer_id uuid        NOT NULL,
    stage       text        NOT NULL,
    topic       text        NOT NULL,
    "partition" integer     NOT NULL,
    "offset"    bigint      NOT NULL,
    error       text        NOT NULL,
    size        integer     NOT NULL,
    sha256      text        NOT NULL,
    received_at timestamptz NOT NULL,
    run_id      uuid,
    seq         bigint,
    PRIMARY KEY (customer_id, stage, topic, "partition", "offset")
);

-- Where every stage stands and who owns it. Rows are made by provisioning, never by a worker.
CREATE TABLE IF NOT EXISTS $schema.stage_offsets (
    stage       text        NOT NULL,
    topic       text        NOT NULL,        -- logical name
    "partition" integer     NOT NULL,
    cluster_id  text        NOT NULL,
    next_offset bigint      NOT NULL,
    owner_epoch bigint      NOT NULL DEFAULT 0,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stage, topic, "partition")
) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS $schema.score_state (
    customer_id     uuid        NOT NULL,
    installation_id uuid        NOT NULL,
    state           bytea       NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (customer_id, installation_id)
);

REVOKE ALL ON SCHEMA $schema FROM PUBLIC;
GRANT USAGE ON SCHEMA $schema TO km_sanitize, km_score, km_projector, km_query;

DO $$$$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['events', 'payload_blocks', 'runs', 'open_calls', 'calls', 'hourly_stats',
                                'alerts', 'alert_events', 'losses', 'dead_letters'] LOOP
        EXECUTE format('ALTER TABLE $schema.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE $schema.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('DROP POLICY IF EXISTS customer_reads ON $schema.%I', name);
        -- A missing setting is an error, never rows.
        EXECUTE format('CREATE POLICY customer_reads ON $schema.%I FOR SELECT TO km_query '
                       'USING (customer_id = current_setting(''km.customer_id'')::uuid)', name);
        EXECUTE format('DROP POLICY IF EXISTS projector_writes ON $schema.%I', name);
        EXECUTE format('CREATE POLICY projector_writes ON $schema.%I TO km_projector '
                       'USING (true) WITH CHECK (true)', name);
        EXECUTE format('GRANT SELECT ON $schema.%I TO km_query', name);
        EXECUTE format('GRANT SELECT, INSERT ON $schema.%I TO km_projector', name);
    END LOOP;
END $$$$;

GRANT UPDATE ON $schema.runs, $schema.hourly_stats TO km_projector;
GRANT DELETE ON $schema.open_calls TO km_projector;

-- Every stage says what it saw lost.
DROP POLICY IF EXISTS stages_write ON $schema.losses;
CREATE POLICY stages_write ON $schema.losses TO km_sanitize, km_score USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON $schema.losses TO km_sanitize, km_score;

GRANT SELECT, UPDATE ON $schema.stage_offsets TO km_sanitize, km_score, km_projector;
GRANT SELECT (stage, topic, "partition", next_offset, updated_at) ON $schema.stage_offsets TO km_query;
GRANT SELECT, INSERT, UPDATE, DELETE ON $schema.score_state TO km_score;
