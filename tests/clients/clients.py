"""Drives both servers with the Python SDK: mcp 2.x speaks the modern era and the legacy one, mcp 1.x the legacy one.

    python clients.py FOLDER_OF_THE_BINARIES

Every tool is called, with a success and a refusal (calls.json); then many calls at once, a cancelled call and the end of the server.
Run it once in a virtual environment of each version.
"""

import datetime
import importlib.metadata
import json
import logging
import os
import re
import sys
import tempfile
import time
import warnings
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import jsonschema
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

AT_ONCE = 100
SECONDS_TO_END = 2.0
VERSION = importlib.metadata.version("mcp")
BINARIES = Path(sys.argv[1] if len(sys.argv) > 1 else "target/debug").resolve()
DAY = json.loads((Path(__file__).parent / "calls.json").read_text(encoding="utf-8"))

passed = failed = 0
story = ""


def check(holds, what, detail=""):
    global passed, failed
    if holds:
        passed += 1
        return
    failed += 1
    print(f"FAILED {story}: {what} {detail}", flush=True)


class Warnings(logging.Handler):
    """A warning of the library is a finding."""

    def emit(self, record):
        check(False, f"{record.name} logs {record.levelname}", record.getMessage())


logging.getLogger().addHandler(Warnings(logging.WARNING))
warnings.showwarning = lambda message, *rest: check(False, "a warning", str(message))


# Both versions of the library behind one shape.

def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


@asynccontextmanager
async def connected(server, mode):
    if VERSION.startswith("2."):
        from mcp import Client

        async with Client(server, mode=mode) as client:
            check(
                (client.protocol_version >= "2026") == (mode != "legacy"),
                f"{mode} speaks its era",
                client.protocol_version,
            )
            yield client
    else:
        async with stdio_client(server) as (read, write), ClientSession(read, write) as client:
            await client.initialize()
            yield client


MODES = ["legacy", "auto", "2026-07-28"] if VERSION.startswith("2.") else ["legacy"]


# The day's calls.

def date(days):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return (today + datetime.timedelta(days=days)).isoformat()


def fill(args, saved):
    """Puts today's dates and what earlier calls gave into a call's arguments."""

    def value(it):
        if not isinstance(it, str):
            return it
        relative = re.fullmatch(r"T([+-]\d+)", it)
        if relative:
            return date(int(relative[1]))
        return saved.get(it[1:]) if it.startswith("$") else it

    return {name: value(it) for name, it in args.items()}


def at(value, path):
    for name in path.split("."):
        if isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def shape(result, what):
    structured = result.model_dump(mode="json", by_alias=True)["structuredContent"]
    result = plain(result)
    answer = structured or {}
    check(
        answer.get("success") is (not result.get("isError", False)),
        f"{what}: isError is the opposite of success",
        str(result)[:300],
    )
    check(json.loads(result["content"][0]["text"]) == answer, f"{what}: the text mirrors structuredContent")
    check("null" not in re.sub(r'"(\\.|[^"])*"', "", json.dumps(answer)), f"{what}: what is absent is left out", answer)
    return answer


def server(persona, folder):
    """A server under `sh`, which writes down its exit code and what it said on stderr: the library tells neither.
    `timeout` sees to it that a server that hangs does not stay behind."""
    script = 'trap : TERM; timeout --foreground 120 "$1" 2>"$2/stderr"; echo $? >"$2/exit"'
    return StdioServerParameters(
        command="/bin/sh",
        args=["-c", script, "sh", str(BINARIES / DAY[persona]["server"]), str(folder)],
        env={
            "PATH": os.environ["PATH"],
            "HOTEL_DATA": str(folder / "hotel"),
            "HOTEL_CALL_DEADLINE_SECONDS": "10",
            "HOTEL_BOOKINGS_PER_GUEST": "100",  # of the calls at once
            **DAY[persona]["env"],
        },
        cwd=str(folder),
    )


async def play_calls(client, persona):
    tools = [plain(tool) for tool in (await client.list_tools()).tools]
    validators = {}
    for tool in tools:
        for kind in ("inputSchema", "outputSchema"):
            validator = jsonschema.Draft202012Validator
            try:
                validator.check_schema(tool[kind])
            except jsonschema.SchemaError as error:
                check(False, f"{tool['name']}: the {kind} is JSON Schema", str(error)[:300])
            checker = validator.FORMAT_CHECKER
            validators[kind, tool["name"]] = validator(tool[kind], format_checker=checker)

    def misfit(kind, tool, value):
        error = next(validators[kind, tool].iter_errors(value), None)
        return error and f"{error.json_path}: {error.message}"

    saved, seen = {}, set()
    for call in DAY[persona]["calls"]:
        tool, given, error = call["tool"], fill(call["args"], saved), call.get("error")
        what = f"{tool} {json.dumps(call['args'])}"
        try:
            answer = shape(await client.call_tool(tool, given), what)
        except Exception as thrown:
            check(False, f"{what}: an answer", repr(thrown))
            continue
        seen.add((tool, answer["success"]))
        check(answer.get("error_code") == error, f"{what}: {error or 'success'}", json.dumps(answer)[:400])
        wrong = misfit("outputSchema", tool, answer)
        check(not wrong, f"{what}: fits the outputSchema", wrong)
        if error != "VALIDATION_ERROR":
            wrong = misfit("inputSchema", tool, given)
            check(not wrong, f"{what}: the inputSchema allows it", wrong)
        for path, value in fill(call.get("expect", {}), saved).items():
            found = at(answer.get("data"), path)
            check(found == value, f"{what}: {path} is {value}", repr(found))
        for key, path in call.get("save", {}).items():
            saved[key] = at(answer.get("data"), path)
    for tool in tools:
        for success in (True, False):
            check((tool["name"], success) in seen, f"{tool['name']} has answered success: {success}")


async def play_guidance(client, persona):
    """A prompt, and what is suggested to a person who fills one in."""
    prompt, typing = DAY[persona]["prompt"], DAY[persona]["typing"]
    listed = [plain(it) for it in (await client.list_prompts()).prompts]
    check(any(it["name"] == prompt["name"] and it.get("title") for it in listed), f"a prompt {prompt['name']}", listed)
    messages = plain(await client.get_prompt(prompt["name"], prompt["args"]))["messages"]
    text = messages[0]["content"]["text"]
    check(len(messages) == 1 and prompt["says"] in text.splitlines(), f"{prompt['name']} says what was given", text[-300:])
    try:
        wrong = plain(await client.get_prompt(prompt["name"], {"no_such_argument": "x"}))
    except Exception as error:
        wrong = str(error)
    check("no_such_argument" in wrong, "an argument that a prompt does not have is named", wrong)
    if VERSION.startswith("2."):
        from mcp_types import PromptReference
    else:
        from mcp.types import PromptReference
    reference = PromptReference(type="ref/prompt", name=typing["prompt"])
    found = plain(await client.complete(reference, {"name": typing["argument"], "value": typing["value"]}))
    check(found["completion"]["values"] == typing["suggests"], f"{typing['value']} is completed", found)


async def play_many(client, persona):
    wrong = []

    async def one(number):
        call = DAY[persona]["write" if number % 2 else "read"]
        given = fill(call["args"], {"text": f"Request {number}", "from": date(100 + number), "to": date(101 + number)})
        try:
            result = plain(await client.call_tool(call["tool"], given))
            if result.get("isError"):
                wrong.append(str(result)[:300])
        except Exception as thrown:
            wrong.append(repr(thrown))

    async with anyio.create_task_group() as group:
        for number in range(AT_ONCE):
            group.start_soon(one, number)
    check(not wrong, f"{AT_ONCE} calls at once", f"{len(wrong)} wrong, first: {wrong[:1]}")


async def cancel_by_hand(client, call):
    """mcp 1.x tells the server nothing when a call is abandoned, and may break if its answer arrives just then."""
    from mcp import types

    async def wait_a_second():
        with anyio.move_on_after(1):
            await client.call_tool(call["tool"], call["args"])

    request = client._request_id
    async with anyio.create_task_group() as group:
        group.start_soon(wait_a_second)
        await anyio.sleep(0.002)
        params = types.CancelledNotificationParams(requestId=request, reason="the guest changed her mind")
        cancelled = types.CancelledNotification(method="notifications/cancelled", params=params)
        await client.send_notification(types.ClientNotification(cancelled))


async def play_cancelled(client, persona):
    """Whatever a cancelled checkout has come to, asking again finishes it, and the guest pays once."""
    charge = DAY[persona]["charge"]
    if VERSION.startswith("2."):
        with anyio.move_on_after(0.002):
            await client.call_tool(charge["tool"], charge["args"])
    else:
        await cancel_by_hand(client, charge)
    first = shape(await client.call_tool(charge["tool"], charge["args"]), "after a cancelled call")
    second = shape(await client.call_tool(charge["tool"], charge["args"]), "and again")
    check(
        first["success"] and at(second, "data.replayed") is True,
        "a cancelled checkout is finished by asking again",
        str(first)[:300],
    )
    paid = "data.payment_intent_id"
    check(at(first, paid) == at(second, paid), "the guest pays once")


async def play(persona, mode):
    global story
    story = f"mcp {VERSION} {mode} {DAY[persona]['server']}"
    with tempfile.TemporaryDirectory(prefix="hotel-") as folder:
        folder = Path(folder)
        async with connected(server(persona, folder), mode) as client:
            await play_guidance(client, persona)
            await play_calls(client, persona)
            await play_many(client, persona)
            await play_cancelled(client, persona)
            try:
                refused = plain(await client.call_tool("no_such_tool", {})).get("isError")
            except Exception:
                refused = True
            check(refused, "a tool that does not exist is refused")
            began = time.monotonic()
        took = time.monotonic() - began
        check(took < SECONDS_TO_END, f"ends within {SECONDS_TO_END} s", f"{took:.1f} s")
        ended = (folder / "exit").read_text().strip() if (folder / "exit").exists() else "still running"
        check(ended == "0", "ends with exit code 0", ended)
        stderr = "\n".join(line for line in (folder / "stderr").read_text().splitlines() if "no_such_" not in line)
        check(not re.search(r"\b(WARN|ERROR)\b|panicked", stderr), "nothing alarming on stderr", stderr[:600])


# A server that calls.json does not know is a finding: it would be played by nobody.
PERSONAS = [name for name in DAY if name != "about"]
for file in BINARIES.glob("*-server*"):
    if file.suffix in ("", ".exe"):
        check(file.stem in [DAY[persona]["server"] for persona in PERSONAS], f"calls.json has a day for {file.name}")

for mode in MODES:
    for persona in PERSONAS:
        try:
            anyio.run(play, persona, mode)
        except BaseException as thrown:
            check(False, "the story runs to its end", repr(thrown))
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
