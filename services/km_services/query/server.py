"""The HTTP server around the app."""

import socket
from typing import Final

import uvicorn

from km_services.query.app import create_app
from km_services.query.context import Context
from km_services.query.settings import Settings

STOP_SECONDS: Final = 3


class Server(uvicorn.Server):
    """uvicorn with our app and none of its own logging, which would tell addresses with their queries."""

    def __init__(self, settings: Settings) -> None:
        app = create_app(settings)
        self._context: Context = app.state.context
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        super().__init__(config)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving: live streams first, they would hold up the stop."""
        self._context.hub.close()
        await super().shutdown(sockets)
