"""Plays docs/examples/chat_backend.py: guests who chat at the same time, each with a guest-server of their own.

    python chat.py FOLDER_OF_THE_BINARIES

Needs mcp 2.x, as the example does.
"""

import importlib.metadata
import os
import signal
import sys
import tempfile
from pathlib import Path

import anyio
from mcp import MCPError
from mcp.types import ElicitResult

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs" / "examples"))
from chat_backend import ChatBackend  # noqa: E402

BINARY = Path(sys.argv[1] if len(sys.argv) > 1 else "target/debug").resolve() / "guest-server"
BETH, CARL, SARAH = "beth.gibbs@email.com", "carl.smith@example.com", "sarah@example.com"
YES, NO = ElicitResult(action="accept", content={}), ElicitResult(action="decline")
PAY = {"payment_method_id": "pm_card_visa"}

passed = failed = 0


def check(holds, what, detail=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print(f"FAILED {what}: {detail}", flush=True)


def servers():
    """The ids of the processes that this one has started."""
    lists = Path("/proc/self/task").glob("*/children")
    return {int(child) for children in lists for child in children.read_text().split()}


class People:
    """The guests at their screens. Each is asked in turn, and answers when the story lets them."""

    def __init__(self):
        self.asked, self.answers = [], {}
        self.is_asked, self.may_answer = {}, {}

    def will_say(self, guest, *answers):
        self.answers[guest] = list(answers)
        self.is_asked[guest], self.may_answer[guest] = anyio.Event(), anyio.Event()

    async def ask(self, guest, params):
        self.asked.append((guest, params.message))
        self.is_asked[guest].set()
        await self.may_answer[guest].wait()
        return self.answers[guest].pop(0)


def backend(people, **more):
    folder = tempfile.mkdtemp(prefix="hotel-chat-")
    return ChatBackend(str(BINARY), [], people.ask, env={"HOTEL_DATA": folder, "RUST_LOG": "warn"}, **more)


async def said(chat, guest, tool, arguments):
    return (await chat.call(guest, tool, arguments)).structured_content


async def two_guests_at_once():
    people, told = People(), {}
    people.will_say(BETH, YES)
    people.will_say(CARL, NO)

    async def leaves(guest):
        told[guest, "stay"] = await said(chat, guest, "search_bookings_on_behalf_of_guest", {})
        told[guest, "checkout"] = await said(chat, guest, "process_guest_checkout", PAY)

    async with backend(people) as chat:
        async with anyio.create_task_group() as both:
            both.start_soon(leaves, BETH)
            both.start_soon(leaves, CARL)
            for guest in [BETH, CARL]:
                await people.is_asked[guest].wait()
            check(len(servers()) == 2, "each has a server", servers())
            unpaid = await said(chat, BETH.upper(), "search_bookings_on_behalf_of_guest", {})
            check(unpaid["data"]["bookings"][0]["status"] == "Checked In", "nothing is charged before the yes", unpaid)
            check(len(servers()) == 2, "an e-mail in capitals is the same guest", servers())
            for guest in [BETH, CARL]:
                people.may_answer[guest].set()
        for guest, number in [(BETH, "BK-0001"), (CARL, "BK-0002")]:
            numbers = [stay["booking_number"] for stay in told[guest, "stay"]["data"]["bookings"]]
            check(numbers == [number], f"{guest} sees only their own booking", numbers)
        question = dict(people.asked)
        check(len(people.asked) == 2, "each is asked once", people.asked)
        check("Beth Gibbs" in question[BETH] and "299.98" in question[BETH], "Beth's question", question)
        check("Carl Smith" in question[CARL] and "Beth" not in question[CARL], "Carl's question", question)
        paid, kept = told[BETH, "checkout"], told[CARL, "checkout"]
        check(paid["success"] and paid["data"]["amount_cents"] == 29998, "her yes charges her", paid)
        check(kept.get("error_code") == "NOT_CONFIRMED", "his no charges nothing", kept)
        stays = await said(chat, CARL, "search_bookings_on_behalf_of_guest", {})
        check(stays["data"]["bookings"][0]["status"] == "Checked In", "his stay is still open", stays)
        for wrong in [{"guest_email": BETH}, {"booking_number": "BK-0001"}]:
            other = await said(chat, CARL, "search_bookings_on_behalf_of_guest", wrong)
            none = other.get("error_code") in ["NOT_YOURS", "BOOKING_NOT_FOUND"] or other["data"]["bookings"] == []
            check(none, f"a model that names another guest gets nothing: {wrong}", other)
    check(not servers(), "in the end all servers are closed", servers())


async def one_is_idle_while_the_other_thinks():
    people = People()
    people.will_say(BETH, YES)
    async with backend(people, idle_seconds=0.05) as chat, anyio.create_task_group() as tasks:
        told = {}

        async def leaves():
            told["checkout"] = await said(chat, BETH, "process_guest_checkout", PAY)

        tasks.start_soon(leaves)
        await people.is_asked[BETH].wait()
        hers = servers()
        await said(chat, SARAH, "search_bookings_on_behalf_of_guest", {})
        if idle := chat.desks.get(SARAH):
            await idle.is_closed.wait()
        check(servers() == hers, "what is idle is closed, who is asked is not", (servers(), hers))
        back = await said(chat, SARAH, "search_bookings_on_behalf_of_guest", {})
        check(back["data"]["bookings"][0]["booking_number"] == "BK-0003", "who comes back is served", back)
        people.may_answer[BETH].set()
    check(told["checkout"]["success"], "who thinks for long is served", told)


async def a_server_is_killed_while_its_guest_is_asked():
    people = People()
    people.will_say(BETH, YES, YES)
    people.may_answer[BETH].set()

    async def ask(guest, params):
        if not people.asked:
            for server in servers():
                os.kill(server, signal.SIGKILL)
        return await people.ask(guest, params)

    async with backend(people) as chat:
        chat.ask = ask
        done = await said(chat, BETH, "process_guest_checkout", PAY)
        check(done["success"] and not done["data"].get("already_checked_out"), "another server goes on", done)
        check({guest for guest, _ in people.asked} == {BETH}, "nobody else is asked", people.asked)


async def who_signs_out_pays_nothing():
    people, told = People(), {}
    people.will_say(BETH, YES)
    async with backend(people) as chat:

        async def leaves():
            try:
                told["checkout"] = await said(chat, BETH, "process_guest_checkout", PAY)
            except MCPError as error:
                told["error"] = error

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(leaves)
            await people.is_asked[BETH].wait()
            desk = chat.desks[BETH]
            chat.sign_out(BETH)
            await desk.is_closed.wait()
            check(not servers(), "who signs out has no server", servers())
            people.may_answer[BETH].set()
        check("error" in told and not chat.desks, "the open call ends", told)
        stay = await said(chat, BETH, "search_bookings_on_behalf_of_guest", {})
        check(stay["data"]["bookings"][0]["status"] == "Checked In", "a late yes charges nothing", stay)


async def nobody_is_signed_in():
    async with backend(People()) as chat:
        for nobody in ["", "  "]:
            try:
                check(False, "nobody is served", await chat.call(nobody, "search_bookings_on_behalf_of_guest", {"guest_email": BETH}))
            except ValueError as error:
                check(not servers(), "no server is started for nobody", error)


async def a_server_that_does_not_start():
    people = People()
    async with backend(people) as chat:
        chat.args = ["--no-such-option"]
        try:
            check(False, "a server that does not start answers", await chat.tools(BETH))
        except RuntimeError as error:
            check("did not start" in str(error) and not chat.desks, "it is an error", error)
        chat.args = []
        check(await chat.tools(BETH), "the next try starts another")


async def play():
    with anyio.fail_after(120):
        await two_guests_at_once()
        await one_is_idle_while_the_other_thinks()
        await a_server_is_killed_while_its_guest_is_asked()
        await who_signs_out_pays_nothing()
        await nobody_is_signed_in()
        await a_server_that_does_not_start()


anyio.run(play)
print(f"mcp {importlib.metadata.version('mcp')}, the example of a chat backend: {passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
