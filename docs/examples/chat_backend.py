"""A chat backend that gives each guest a guest-server of their own.

The backend knows who is signed in. It starts one guest-server per guest, with the guest's e-mail in GUEST_EMAIL. Neither
the model nor anything that is typed can change whom that process acts for. A process that nobody uses is closed.

    async with ChatBackend("/opt/hotel/guest-server", ["--env-file", "/etc/hotel/hotel.env"], ask) as backend:
        tools = await backend.tools(guest)                   # give these to the model
        result = await backend.call(guest, name, arguments)  # make the call that the model wants

Needs Python 3.11 and `pip install mcp==2.3.0`. docs/connecting.md says more; tests/clients/chat.py runs this file.
"""

import uuid
from collections.abc import Awaitable, Callable

import anyio
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import CONNECTION_CLOSED, CallToolResult, ElicitRequestParams, ElicitResult, Tool

# Shows a question to this guest and waits for their answer. `params.message` is the question. A form has
# `params.requested_schema` (empty for a plain yes or no), a page to open has `params.url`.
Ask = Callable[[str, ElicitRequestParams], Awaitable[ElicitResult]]


class Desk:
    """One guest's server, and how it is used."""

    def __init__(self):
        self.client: Client | None = None
        self.tools: dict[str, Tool] = {}
        self.error: Exception | None = None
        self.is_ready, self.is_closed = anyio.Event(), anyio.Event()
        self.is_signed_out = False
        self.scope = anyio.CancelScope()  # cancelled to close the server at once
        self.open_calls, self.last_used = 0, anyio.current_time()


class ChatBackend:
    """`async with ChatBackend(…) as backend`: at the end all servers are closed."""

    def __init__(self, command: str, args: list[str], ask: Ask, env: dict[str, str] | None = None, idle_seconds: float = 300):
        self.command, self.args, self.ask, self.env, self.idle_seconds = command, args, ask, env or {}, idle_seconds
        self.desks: dict[str, Desk] = {}

    async def __aenter__(self):
        self.tasks = await anyio.create_task_group().__aenter__()
        return self

    async def __aexit__(self, *error):
        self.tasks.cancel_scope.cancel()
        return await self.tasks.__aexit__(*error)

    async def tools(self, guest: str) -> list[Tool]:
        """The tools to offer to the model."""
        return list((await self._desk(guest)).tools.values())

    async def call(self, guest: str, tool: str, arguments: dict) -> CallToolResult:
        """Calls a tool for the guest who is signed in. `guest` comes from your login, never from the model."""
        # If the server dies in the call, another one is asked under the same token, so that nothing is done twice.
        # Tools that only read take no token.
        token = {"idempotency_token": str(uuid.uuid4())}
        is_last_try = False
        while True:
            desk = await self._desk(guest)
            known = desk.tools.get(tool)
            writes = known and not known.annotations.read_only_hint
            desk.open_calls += 1
            try:
                return await desk.client.call_tool(tool, token | arguments if writes else arguments)
            except MCPError as error:
                if error.code != CONNECTION_CLOSED or desk.is_signed_out or is_last_try:
                    raise
                self._close(key(guest), desk)
                is_last_try = True
            finally:
                desk.open_calls, desk.last_used = desk.open_calls - 1, anyio.current_time()

    def sign_out(self, guest: str):
        """Closes the guest's server at once. A call that waits for the guest's answer ends with an error."""
        if desk := self.desks.get(key(guest)):
            desk.is_signed_out = True
            self._close(key(guest), desk)

    async def _desk(self, guest: str) -> Desk:
        """The guest's server, started if there is none."""
        while True:
            desk = self.desks.get(key(guest))
            if desk is None:
                desk = self.desks[key(guest)] = Desk()
                self.tasks.start_soon(self._run, key(guest), desk)
            await desk.is_ready.wait()
            if desk.error or desk.is_signed_out:
                raise RuntimeError("the guest's server did not start") from desk.error
            if self.desks.get(key(guest)) is desk:  # else it was closed meanwhile
                desk.last_used = anyio.current_time()
                return desk

    async def _run(self, guest: str, desk: Desk):
        """A server's whole life: it is started, used, and closed when it has been idle."""

        async def ask(_context, params: ElicitRequestParams) -> ElicitResult:
            return await self.ask(guest, params)  # the question goes to this guest and to nobody else

        # HOTEL_CONFIRM=always: without the guest's yes no money moves, whatever the model says.
        env = {"HOTEL_CONFIRM": "always", **self.env, "GUEST_EMAIL": guest}
        server = StdioServerParameters(command=self.command, args=self.args, env=env)
        try:
            with desk.scope:
                async with Client(server, elicitation_callback=ask) as client:
                    desk.tools = {tool.name: tool for tool in (await client.list_tools()).tools}
                    desk.client, desk.last_used = client, anyio.current_time()
                    desk.is_ready.set()
                    # A call that waits for the guest's answer is open, so its server is not idle.
                    while desk.open_calls or anyio.current_time() < desk.last_used + self.idle_seconds:
                        await anyio.sleep(self.idle_seconds)
                    self._close(guest, desk)  # here, so that no call gets it while it ends
        except Exception as error:
            desk.error = error
        finally:
            self._close(guest, desk)
            desk.is_ready.set()
            desk.is_closed.set()

    def _close(self, guest: str, desk: Desk):
        if self.desks.get(guest) is desk:
            del self.desks[guest]
        desk.scope.cancel()


def key(guest: str) -> str:
    """One guest is one guest, however the e-mail is written."""
    if not guest.strip():
        raise ValueError("nobody is signed in")  # a server without a guest would act for anybody
    return guest.strip().lower()
