"""Postgres roles, one per process, and the database that belongs to the owner role."""

import asyncpg

from km_local.errors import ProvisionError
from km_local.provision.scram import scram_verifier
from km_schemas.read_models import OWNER_ROLE, SERVICE_ROLES

ROLES = (OWNER_ROLE, *SERVICE_ROLES)
ATTRIBUTES = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"


async def ensure_roles(connection: asyncpg.Connection, passwords: dict[str, str]) -> None:
    """Create each role or set its password again; `passwords` has one for every role of `ROLES`."""
    for role in ROLES:
        exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
        verb = "ALTER" if exists else "CREATE"
        # DDL takes no parameters; a verifier is made of base64, digits, `$` and `:` only.
        await connection.execute(f"{verb} ROLE {role} {ATTRIBUTES} PASSWORD '{scram_verifier(passwords[role])}'")


async def ensure_database(connection: asyncpg.Connection, name: str, template: str | None = None) -> None:
    """Create the database of the owner role, closed to everyone but our roles; from `template` when one is given."""
    quoted = await quote_identifier(connection, name)
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        source = "" if template is None else f" TEMPLATE {await quote_identifier(connection, template)}"
        await connection.execute(f"CREATE DATABASE {quoted} OWNER {OWNER_ROLE}{source}")
    owner = await connection.fetchval("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1", name)
    if owner != OWNER_ROLE:
        raise ProvisionError(
            f"The database {name} belongs to {owner}, not to {OWNER_ROLE}: name another in KM_POSTGRES_DATABASE or "
            f"give it to {OWNER_ROLE}."
        )
    await connection.execute(f"REVOKE ALL ON DATABASE {quoted} FROM PUBLIC")
    await connection.execute(f"GRANT CONNECT ON DATABASE {quoted} TO {', '.join(SERVICE_ROLES)}")


async def quote_identifier(connection: asyncpg.Connection, name: str) -> str:
    """The name as it may stand in SQL."""
    return str(await connection.fetchval("SELECT quote_ident($1)", name))
