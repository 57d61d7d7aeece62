"""What every route may use, put together once by the app."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from km_services.query.database import Database
from km_services.query.live.hub import Hub
from km_services.query.login.gate import Gate
from km_services.query.metrics import Metrics
from km_services.query.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one running service."""

    settings: Settings
    database: Database
    gate: Gate
    hub: Hub
    metrics: Metrics


def context_of(request: Request) -> Context:
    """The context of the app that serves the request."""
    context = request.app.state.context
    assert isinstance(context, Context)  # noqa: S101 - put there by create_app
    return context


def customer_of(request: Request) -> UUID:
    """The customer of a login; Problem (401) without one. One token, one customer: until `accounts` knows more."""
    context = context_of(request)
    context.gate.require(request)
    return context.settings.customer_id


Here = Annotated[Context, Depends(context_of)]
Customer = Annotated[UUID, Depends(customer_of)]
