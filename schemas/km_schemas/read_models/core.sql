-- What stands outside the generations. Run by km_owner; idempotent.

CREATE SCHEMA IF NOT EXISTS core;

CREATE TABLE IF NOT EXISTS core.customers (
    customer_id uuid PRIMARY KEY,
    name        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE core.customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE core.customers FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner_writes ON core.customers;
CREATE POLICY owner_writes ON core.customers TO km_owner USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS customer_reads ON core.customers;
CREATE POLICY customer_reads ON core.customers FOR SELECT TO km_query
    USING (customer_id = current_setting('km.customer_id')::uuid);

-- km_schemas.identity.DEFAULT_CUSTOMER_ID
INSERT INTO core.customers (customer_id, name)
VALUES ('00000000-0000-7000-8000-000000000001', 'default')
ON CONFLICT (customer_id) DO NOTHING;

-- Histograms are arrays of counts with the bounds of km_schemas.histogram; they add up position by position.
CREATE OR REPLACE FUNCTION core.add_histograms(a bigint[], b bigint[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT array_agg(coalesce(x, 0) + coalesce(y, 0) ORDER BY i)
        FROM unnest(a, b) WITH ORDINALITY AS pair(x, y, i));

CREATE OR REPLACE AGGREGATE core.sum_histograms(bigint[]) (
    SFUNC = core.add_histograms, STYPE = bigint[], INITCOND = '{}', PARALLEL = SAFE
);

REVOKE ALL ON SCHEMA core FROM PUBLIC;
GRANT USAGE ON SCHEMA core TO km_projector, km_query;
GRANT SELECT ON core.customers TO km_query;
