"""Provisioning on a real broker and a real database."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from km_local.errors import ProvisionError
from km_local.provision.provision import connected, provision
from km_local.provision.settings import Settings
from km_local.testing import Stack
from km_schemas.topics import physical_name

OWNER = "km_owner"


async def offsets_of(stack: Stack) -> list[tuple[object, ...]]:
    async with connected(stack.settings, OWNER, stack.password(OWNER)) as connection:
        rows = await connection.fetch('SELECT * FROM read_g1.stage_offsets ORDER BY stage, topic, "partition"')
        return [tuple(row) for row in rows]


async def set_first_offset(stack: Stack) -> None:
    async with connected(stack.settings, OWNER, stack.password(OWNER)) as connection:
        await connection.execute("UPDATE read_g1.stage_offsets SET next_offset = 7, owner_epoch = 3")


async def test_provisioning_again_changes_nothing_that_workers_have_reached(stack: Stack) -> None:
    await set_first_offset(stack)
    before = await offsets_of(stack)
    await provision(stack.settings)
    assert await offsets_of(stack) == before
    assert before


async def test_two_provisioners_at_once_do_not_disturb_each_other(stack: Stack) -> None:
    settings = new_world(stack)
    await provision(settings)
    await asyncio.gather(provision(settings), provision(settings))


async def test_a_second_generation_gets_topics_and_tables_and_the_views_stay(stack: Stack) -> None:
    await provision(replace(stack.settings, generation=2))
    async with connected(stack.settings, OWNER, stack.password(OWNER)) as connection:
        assert await connection.fetchval("SELECT generation FROM read.active_generation") == 1
        assert await connection.fetchval("SELECT count(*) FROM read_g2.stage_offsets") > 0


async def test_a_topic_with_another_number_of_partitions_is_refused(stack: Stack) -> None:
    settings = new_world(stack)
    name = physical_name("mcp.events", settings.topic_prefix, 1)
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(name, 3, 1)])
    await admin.close()
    with pytest.raises(ProvisionError, match="has 3 partitions, the contract says 4"):
        await provision(settings)


async def test_a_topic_with_another_configuration_is_refused(stack: Stack) -> None:
    settings = new_world(stack)
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(physical_name("mcp.frames", settings.topic_prefix), 4, 1)])
    await admin.close()
    with pytest.raises(ProvisionError, match="the contract says"):
        await provision(settings)


async def test_offsets_of_another_cluster_are_refused(stack: Stack) -> None:
    async with connected(stack.settings, OWNER, stack.password(OWNER)) as connection:
        await connection.execute("UPDATE read_g1.stage_offsets SET cluster_id = 'another'")
    with pytest.raises(ProvisionError, match="belong to another Kafka cluster"):
        await provision(stack.settings)


async def test_a_wrong_password_is_one_sentence_that_does_not_quote_it(stack: Stack) -> None:
    wrong = stack.folder / "wrong"
    wrong.write_text("not-the-password")
    with pytest.raises(ProvisionError, match="did not let postgres in") as caught:
        await provision(replace(stack.settings, superuser_password_file=wrong))
    assert "not-the-password" not in str(caught.value)


async def test_nobody_at_the_brokers_port_is_one_sentence(stack: Stack) -> None:
    with pytest.raises(ProvisionError, match=r"Kafka at 127.0.0.1:1 did not do what was asked"):
        await provision(replace(stack.settings, bootstrap="127.0.0.1:1"))


async def test_only_our_roles_may_connect_and_none_may_create_in_public(stack: Stack) -> None:
    async with connected(stack.settings, stack.settings.superuser, stack.password("postgres")) as connection:
        assert not await connection.fetchval("SELECT has_database_privilege('public', current_database(), 'CONNECT')")
        for role in ("km_sanitize", "km_score", "km_projector", "km_query"):
            assert await connection.fetchval("SELECT has_database_privilege($1, current_database(), 'CONNECT')", role)
            assert not await connection.fetchval("SELECT has_schema_privilege($1, 'public', 'CREATE')", role)
            assert not await connection.fetchval(
                "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname=$1", role
            )


async def test_a_failing_statement_leaves_no_word_of_it_in_the_servers_log(stack: Stack) -> None:
    connection = await asyncpg.connect(
        host=stack.host, port=stack.port, database=stack.database, user=OWNER, password=stack.password(OWNER)
    )
    with pytest.raises(asyncpg.PostgresError):
        await connection.execute("SELECT $1::uuid", "planted-in-a-parameter")
    with pytest.raises(asyncpg.PostgresError):
        await connection.execute("SELECT 'planted-in-a-statement' FROM nowhere")
    await connection.close()
    assert "planted" not in stack.postgres.log.read_text()
    assert "ERROR" in stack.postgres.log.read_text()


def new_world(stack: Stack) -> Settings:
    """The same database under other topics; its offsets are there already."""
    return replace(stack.settings, topic_prefix=f"{stack.prefix}other.")
