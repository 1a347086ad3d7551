"""One version of the rules for one request: what is put in force meanwhile counts from the next one on."""

from starlette.types import ASGIApp, Receive, Scope, Send

from data.rules.in_force import InForce


class OneVersion:
    """Wraps the application; a plain ASGI layer, so that endpoints in threads see what it holds."""

    def __init__(self, app: ASGIApp, *, rules: InForce) -> None:
        self.app = app
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with the rules that are in force as it comes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with self.rules.held():
            await self.app(scope, receive, send)
