"""A scene of the trial in a hotel of its own: played over HTTP by a caller who asks another front if one dies, then judged."""
import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import time

from machines import MANAGER, Process, environment

DEADLINE = 40
MOST_ASKS = 40
VERSION = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


class Hotel:
    """A hotel with two fronts, on the cluster or, without one, on the embedded engine, then with faults until it is prepared."""

    def __init__(self, binaries, folder, scene, cluster=None, faults=""):
        self.binaries, self.folder, self.scene, self.cluster = binaries, folder, scene, cluster
        os.mkdir(folder)
        self.data = os.path.join(folder, "data")
        self.settings = {"HOTEL_DATA": self.data, "HOTEL_CURRENCY": "usd", "HOTEL_RECONCILE_MINUTES": "0"}
        if cluster:
            self.settings["HOTEL_RESTATE"] = cluster.entrance
            with open(os.path.join(folder, "hotel.env"), "w") as file:
                file.writelines(f"{name}='{value}'\n" for name, value in self.settings.items())
            self.link = os.path.join(cluster.hotels, f"{os.path.basename(folder)}.env")
            os.symlink(os.path.join(folder, "hotel.env"), self.link)
        server = f"{binaries}/{'guest' if scene['guest'] else 'staff'}-server"
        variables = environment(**self.settings, HOTEL_HTTP_CALLS_PER_MINUTE="0", HOTEL_FAULTS=faults)
        command = [server, "serve", "--http", "127.0.0.1:0", "--dev"]
        self.fronts = [Process(command, "serves MCP at", variables, f"{folder}/front-{number}.log") for number in (1, 2)]
        for front in self.fronts:
            front.wait()
        who = [server, "dev-token", scene["guest"] or MANAGER]
        self.token = subprocess.run(who, env=variables, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    def close(self):
        for front in self.fronts:
            front.kill()
        if self.cluster:
            os.unlink(self.link)
        shutil.rmtree(self.folder)

    def ask(self, front, call, within=DEADLINE):
        """One request; raises if its connection breaks."""
        params = {"name": call["tool"], "arguments": call["arguments"], "_meta": META}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
        headers = {
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
            "authorization": f"Bearer {self.token}",
            "mcp-protocol-version": VERSION,
            "mcp-method": "tools/call",
            "mcp-name": call["tool"],
        }
        address = self.fronts[front].line.split("http://")[1].split("/")[0]
        connection = http.client.HTTPConnection(address, timeout=within)
        try:
            connection.request("POST", "/mcp", body, headers)
            return json.loads(connection.getresponse().read())["result"]["structuredContent"]
        finally:
            connection.close()

    def insist(self, call, first=0):
        """What a patient caller does: asks the other front if a connection breaks, and again if it is told so."""
        front, began, told = first, time.monotonic(), Asked()
        while (left := began + DEADLINE - time.monotonic()) > 0 and told.pending < MOST_ASKS:
            try:
                told.answer = self.ask(front, call, left)
            except (OSError, http.client.HTTPException):
                told.broken += 1
                front = 1 - front
                time.sleep(0.05)
                continue
            finally:
                told.seconds = time.monotonic() - began
            if told.answer.get("retry_safe") is not True:
                return told
            told.codes.append(told.answer["error_code"])
            told.pending += 1
            time.sleep(0.2)
        told.is_lost = True
        return told

    def staff(self, tool, arguments):
        command = [f"{self.binaries}/staff-server", "call", "--json", tool, json.dumps(arguments)]
        variables = environment(STAFF_EMAIL=MANAGER, **self.settings)
        return json.loads(subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True).stdout)

    def name_the_payment(self, call):
        if call["arguments"].get("payment_intent_id") == "the last payment":
            connection = sqlite3.connect(os.path.join(self.data, "payments.db"), timeout=10)
            last = connection.execute("SELECT id FROM intents ORDER BY rowid DESC LIMIT 1").fetchone()[0]
            connection.close()
            return {**call, "arguments": {**call["arguments"], "payment_intent_id": last}}
        return call

    def prepare(self):
        """Makes the calls that come before the scene."""
        for call in self.scene["before"]:
            told = self.ask(0, self.name_the_payment(call), 120)
            assert told["success"] or told["retry_safe"], f"{self.scene['name']}: {call['tool']} was refused before it: {told}"
        self.call = self.name_the_payment(self.scene["call"])
        for front in self.fronts if self.fronts[0].variables.pop("HOTEL_FAULTS") else []:
            front.kill()
            front.start()
            front.wait()

    def books(self):
        variables = environment(**self.settings)
        if self.cluster:
            variables["HOTEL_TEST_RESTATE"] = self.cluster.entrance
            variables["HOTEL_TEST_RESTATE_ADMIN"] = f"http://{self.cluster.network}1:9070"
            variables["HOTEL_TEST_HOTELS"] = self.cluster.hotels
        command = [f"{self.binaries}/examples/scene", "books", self.scene["effects"]]
        until = time.monotonic() + DEADLINE
        while True:
            read = subprocess.run(command, env=variables, capture_output=True, text=True)
            if read.returncode == 0:
                return json.loads(read.stdout)
            # What the engine stores cannot be read while a partition moves to another node.
            assert "on_restate.rs" in read.stderr and time.monotonic() < until, read.stderr
            time.sleep(0.2)


class Asked:
    """What a caller met."""

    def __init__(self):
        self.answer, self.seconds, self.broken, self.pending, self.codes, self.is_lost = None, 0, 0, 0, [], False


def plain(value):
    """An answer without what differs between hotels: tokens, ids, times."""
    if isinstance(value, dict):
        return {name: plain(of) for name, of in value.items() if name not in ("idempotency_token", "replayed")}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, str):
        kind, _, rest = value.partition("_")
        is_id, is_time = len(kind) == 2 and len(rest) == 24, len(value) > 18 and value[4:5] == "-" and value[10:11] == "T"
        return "…" if is_id or is_time else value
    return value


def expected(hotel):
    """How the scene ends if nobody is killed."""
    hotel.prepare()
    told = hotel.insist(hotel.call)
    books = hotel.books()
    assert not told.is_lost and books["times"] == 1 and not books["broken"], f"{hotel.scene['name']}: {told.answer} {books}"
    return {"answer": plain(told.answer), "pending": told.pending, **books}


def harm(hotel, told, expected):
    """What is wrong after a scene that may end as one of the expected; none if nothing is."""
    if told.is_lost:
        return f"no answer within {DEADLINE} s: {told.answer}"
    expected, *_ = [one for one in expected if one["answer"] == plain(told.answer)] or [None]
    if not expected:
        return f"answered {plain(told.answer)}"
    again = hotel.insist(hotel.call, first=1)
    if plain(again.answer) != plain(told.answer) or told.answer["success"] and not again.answer["data"]["replayed"]:
        return f"the same token told {again.answer}, and before {told.answer}"
    books = hotel.books()
    for name in ("times", "broken", "ledger", "charges", "refunds", "need_attention"):
        if books[name] != expected[name]:
            return f"{name}: {books[name]} instead of {expected[name]}"
    # A text may be lost with the process that sent it: then it is said to be unknown. It is never sent twice.
    unknown = books["fates_of_texts"].count("unknown")
    if any(books["texts"].count(text) > expected["texts"].count(text) for text in books["texts"]):
        return f"texts: {books['texts']} instead of {expected['texts']}"
    if len(books["texts"]) + unknown < len(expected["texts"]):
        return f"texts: {books['texts']}, {books['fates_of_texts']} instead of {expected['texts']}"
    shown = hotel.staff("search_tool_calls", {"idempotency_token": hotel.call["arguments"]["idempotency_token"]})
    outcomes = [call["outcome"] for call in shown["data"]["tool_calls"]] if shown["success"] else shown
    if not shown["success"] or not outcomes or {"running", "waiting"} & set(outcomes):
        return f"the trail shows {outcomes}"
    return None
