"""The fixtures hold what they promise to every other test."""

import asyncio

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from km_local.testing import Stack
from km_schemas.topics import load_topics, physical_name


async def test_every_role_logs_in_with_its_own_password_and_sees_its_database(stack: Stack) -> None:
    for role in ("km_owner", "km_sanitize", "km_score", "km_projector", "km_query"):
        connection = await asyncpg.connect(
            host=stack.host, port=stack.port, database=stack.database, user=role, password=stack.password(role)
        )
        assert await connection.fetchval("SELECT current_user") == role
        await connection.close()


async def test_every_stage_has_a_row_at_the_logs_start_for_each_partition_it_reads(stack: Stack) -> None:
    connection = await asyncpg.connect(
        host=stack.host,
        port=stack.port,
        database=stack.database,
        user="km_owner",
        password=stack.password("km_owner"),
    )
    rows = await connection.fetch('SELECT stage, topic, "partition", next_offset FROM read_g1.stage_offsets')
    await connection.close()
    wanted = {
        (stage, topic.name, partition, 0)
        for topic in load_topics().values()
        for stage in topic.consumers
        for partition in range(topic.partitions)
    }
    assert {tuple(row) for row in rows} == wanted
    assert {stage for stage, *_ in wanted} == {"sanitize", "score", "projector"}


async def test_a_record_acknowledged_before_the_broker_is_killed_is_read_after_it_came_back(stack: Stack) -> None:
    topic = physical_name("mcp.frames", stack.prefix)
    async with AIOKafkaProducer(bootstrap_servers=stack.bootstrap, enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, b"kept", partition=2)
    await asyncio.to_thread(stack.kafka.kill)
    assert not stack.kafka.is_ready()
    await asyncio.to_thread(stack.kafka.restart)
    async with AIOKafkaConsumer(bootstrap_servers=stack.bootstrap) as consumer:
        partition = TopicPartition(topic, 2)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        record = await asyncio.wait_for(consumer.getone(), 20)
    assert record.value == b"kept"


async def test_a_row_committed_before_postgres_is_killed_is_there_after_it_came_back(stack: Stack) -> None:
    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(
            host=stack.host,
            port=stack.port,
            database=stack.database,
            user="km_owner",
            password=stack.password("km_owner"),
        )

    connection = await connect()
    await connection.execute("CREATE TABLE core.kept (n int); INSERT INTO core.kept VALUES (7)")
    await asyncio.to_thread(stack.postgres.kill)
    await asyncio.to_thread(stack.postgres.restart)
    connection = await connect()
    assert await connection.fetchval("SELECT n FROM core.kept") == 7
    await connection.close()
