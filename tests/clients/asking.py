"""A person is asked before money moves: plays it with the Python SDK, as a client that asks its person.

    python asking.py FOLDER_OF_THE_BINARIES

mcp 2.x speaks the modern era (the question is a result) and the legacy one (a request while the call waits), mcp 1.x the
legacy one. Run it once in a virtual environment of each version.
"""

import importlib.metadata
import os
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import ElicitResult

BINARIES = Path(sys.argv[1] if len(sys.argv) > 1 else "target/debug").resolve()
VERSION = importlib.metadata.version("mcp")
MODES = ["legacy", "auto", "2026-07-28"] if VERSION.startswith("2.") else ["legacy"]
LEAVE = {"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"}

passed = failed = 0


def check(holds, what, detail=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print(f"FAILED {what}: {detail}", flush=True)


@asynccontextmanager
async def connected(server, mode, person):
    if VERSION.startswith("2."):
        from mcp import Client

        async with Client(server, mode=mode, elicitation_callback=person) as client:
            yield client
    else:
        async with stdio_client(server) as streams, ClientSession(*streams, elicitation_callback=person) as client:
            await client.initialize()
            yield client


async def call(client, tool, arguments):
    result = (await client.call_tool(tool, arguments)).model_dump(mode="json", by_alias=True)
    return result["structuredContent"]


async def play(mode):
    folder = tempfile.mkdtemp(prefix="hotel-asking-")
    env = {**os.environ, "HOTEL_DATA": folder, "STAFF_EMAIL": "manager@dewyhotel.com", "HOTEL_CONFIRM": "always", "RUST_LOG": "warn"}
    server = StdioServerParameters(command=str(BINARIES / "staff-server"), args=[], env=env)
    asked, says = [], ["decline", "cancel", "accept"]

    async def person(_, params):
        asked.append(params.message)
        if "Which one" in params.message:
            return ElicitResult(action="accept", content={"booking_number": "BK-0005"})
        action = says.pop(0)
        return ElicitResult(action=action, content={} if action == "accept" else None)

    async with connected(server, mode, person) as client:
        for expected in ["declined", "dismissed"]:
            no = await call(client, "process_guest_checkout", LEAVE)
            check(no["error_code"] == "NOT_CONFIRMED", f"{mode}: {expected} is no yes", no)
            check(no["details"]["reason"] == expected, f"{mode}: {expected}", no)
        unpaid = await call(client, "retrieve_payment_status", {"booking_number": "BK-0001"})
        check(unpaid["error_code"] == "PAYMENT_NOT_FOUND", f"{mode}: nothing was charged", unpaid)
        done = await call(client, "process_guest_checkout", LEAVE)
        check(done["success"] and done["data"]["amount_cents"] == 29998, f"{mode}: a yes charges", done)
        check(len(asked) == 3 and "299.98 USD" in asked[0] and "4242" in asked[0], f"{mode}: the question", asked)
        again = await call(client, "process_guest_checkout", LEAVE)
        check(again["data"]["already_checked_out"] and len(asked) == 3, f"{mode}: what is done asks nobody", again)
        picked = await call(client, "check_in_guest", {"guest_email": "wei.chen@example.com"})
        check(picked["success"] and picked["data"]["booking_number"] == "BK-0005", f"{mode}: the person picks", picked)

    async with connected(server, mode, None) as client:
        refused = await call(client, "cancel_booking", {"booking_number": "BK-0003"})
        check(refused["error_code"] == "NOT_CONFIRMED", f"{mode}: a client that cannot ask is refused", refused)


for mode in MODES:
    anyio.run(play, mode)
print(f"mcp {VERSION}, a person is asked: {passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
