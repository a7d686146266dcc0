"""Plays tasks of tests/tau with an agent: here one that makes the reference's calls, in its place put yours.

    cargo build -p tests --example task
    python docs/examples/play_tasks.py target/debug beth-leaves      # one task, or several
    python docs/examples/play_tasks.py target/debug                  # all of them

Needs Python 3.11 and `pip install mcp==2.3.0`. docs/playing-tasks.md says what a task is and how it is judged.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
from mcp import Client, StdioServerParameters

# An agent works on the hotel through the client, and returns all that it has said to the person.
Agent = Callable[[Client, dict], Awaitable[str]]


async def reference(client: Client, task: dict) -> str:
    """The agent of this example: it makes the calls of the reference and reads the answers out, whoever asks.

    Yours takes `task["policy"]` as its instructions and `await client.list_tools()` as its tools. It talks to a person
    whom a second model plays by `task["user_scenario"]`, and calls `client.call_tool(name, arguments)` when it decides
    to. It must not look at `task["golden"]`.
    """
    said = []
    for call in task["golden"]:
        result = await client.call_tool(call["name"], call["arguments"])
        said += spoken(result.structured_content)
    return "\n".join(said)


def spoken(answer, name=""):
    """The values of an answer as a person hears them: cents as amounts."""
    if isinstance(answer, dict):
        return [word for name, value in answer.items() for word in spoken(value, name)]
    if isinstance(answer, list):
        return [word for value in answer for word in spoken(value, name)]
    return [f"{answer / 100:.2f}" if name.endswith("_cents") else str(answer)]


async def play(binaries: Path, name: str, agent: Agent) -> dict:
    """One attempt, on a hotel of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(binaries / "examples" / "task")]
        begun = await anyio.run_process([*command, "begin", name, f"{folder}/hotel"], stderr=None)
        task = json.loads(begun.stdout)
        server = StdioServerParameters(command=task["command"], args=[], env=task["env"])
        async with Client(server) as client:
            said = await agent(client, task)
        ended = await anyio.run_process([*command, "end", name, f"{folder}/hotel"], input=said.encode(), stderr=None, check=False)
        return json.loads(ended.stdout)


async def main(binaries: Path, names: list[str]) -> bool:
    rewards = []
    for name in names:
        found = await play(binaries, name, reference)
        rewards.append(found["reward"])
        if found["reward"] < 1:
            print(json.dumps(found))
    print(f"reward {sum(rewards) / len(rewards):.2f} on average, of {len(rewards)} tasks")
    return min(rewards) == 1


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    chosen = sys.argv[2:] or subprocess.check_output([folder / "examples" / "task", "list"], text=True).split()
    sys.exit(0 if anyio.run(main, folder, chosen) else 1)
