#!/usr/bin/env python3
"""A rolling release under load: workers of this version are killed and started anew, workers of the next one are registered at
an address of their own, the old ones are drained and stopped, and the new ones are killed and started anew. No call fails or is
lost, nobody is charged twice, and nobody is needed.

  rolling.py FOLDER_OF_THE_BINARIES INGRESS ADMIN HOTELS WORKER_PORT

The worker of this version must be registered at WORKER_PORT and not run. The next version is tests/next."""
import atexit
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from journeys import Hotel, Load

binaries, ingress, admin, hotels, port = sys.argv[1:]
CALLS_A_SECOND = int(os.environ.get("CALLS_A_SECOND", "10"))
KILLS = int(os.environ.get("KILLS", "3"))  # of each version
HOTELS = 3
LONGEST_DRAIN = 60
rng = random.Random(int(os.environ.get("SEED", "1")))


class Worker:
    """The worker of one version, at its own address."""

    def __init__(self, name, port):
        self.name, self.port = name, port
        self.start()
        atexit.register(lambda: self.process.kill())

    def start(self):
        environment = {"PATH": os.environ["PATH"], "RUST_LOG": "error"}
        command = [f"{binaries}/{self.name}", "--hotels", hotels, "--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        while "listens" not in (line := self.process.stderr.readline()):
            assert line, f"{self.name} did not start"

    def register(self):
        command = [f"{binaries}/{self.name}", "register", "--admin", admin, "--at", f"http://127.0.0.1:{self.port}"]
        subprocess.run(command, check=True, capture_output=True)

    def is_killed_and_started_anew(self):
        time.sleep(rng.uniform(1.5, 3))
        self.process.kill()
        self.process.wait()
        time.sleep(rng.uniform(0, 0.5))
        self.start()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(10) == 0, f"{self.name} did not stop by itself"


def asked(path, body=None, method=None):
    request = urllib.request.Request(f"{admin}{path}", body and json.dumps(body).encode(), method=method)
    request.add_header("accept", "application/json")
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or "null")


def deployment_at(port):
    return next(one["id"] for one in asked("/deployments")["deployments"] if one["uri"].rstrip("/").endswith(f":{port}"))


def unfinished_on(deployment):
    query = f"SELECT count(*) AS calls FROM sys_invocation WHERE pinned_deployment_id = '{deployment}' AND status <> 'completed'"
    return asked("/query", {"query": query})["rows"][0]["calls"]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def release(this):
    """The release, as docs/scaling.md has it. Returns how long the old address was drained."""
    for _ in range(KILLS):
        this.is_killed_and_started_anew()
    following = Worker("next-hotel-worker", free_port())
    old = deployment_at(port)
    following.register()
    began = time.monotonic()
    this.is_killed_and_started_anew()
    while unfinished_on(old):
        assert time.monotonic() - began < LONGEST_DRAIN, "the old address is not drained"
        time.sleep(0.2)
    drained = time.monotonic() - began
    asked(f"/deployments/{old}?force=true", method="DELETE")
    this.stop()
    for _ in range(KILLS):
        following.is_killed_and_started_anew()
    time.sleep(2)
    return drained


def harm_of(hotel, made):
    """What is not as it should be in one hotel, in numbers that must be 0."""
    of = lambda tool: sum(call.tool == tool and call.told["success"] for call in made)
    stays = "SELECT count(*) FROM bookings b JOIN contacts c ON c.id = b.guest_id WHERE c.email LIKE 'guest-%'"
    intents = "FROM intents WHERE guest LIKE 'guest-%' AND status = 'succeeded'"
    known = sum("follow_up_case" in call.told.get("data", {}) for call in made)
    opened = "SELECT count(*) FROM cases WHERE description IN ('Bring the welcome basket.', 'Look for what the guest may have left.')"
    found = hotel.reconciled()
    return {
        "bookings lost or made twice": hotel.count("hotel.db", stays) - of("create_booking"),
        "stays not closed": of("process_guest_checkout") - hotel.count("hotel.db", f"{stays} AND b.status = 'Checked Out'"),
        "requests lost or made twice": hotel.count("hotel.db", "SELECT count(*) FROM cases WHERE description LIKE 'Towels for %'") - of("submit_guest_service_request"),
        "checkouts without a charge": of("process_guest_checkout") - hotel.count("payments.db", f"SELECT count(DISTINCT booking) {intents}"),
        "double charges": hotel.count("payments.db", f"SELECT count(*) - count(DISTINCT booking) {intents}"),
        "cases of the next version lost or opened twice": hotel.count("hotel.db", opened) - known,
        "need attention": len(found["needs_attention"]),
        "pending": len(found["pending"]),
    }


def answered_otherwise(call):
    """Whether the same token does not tell the same again."""
    again = call.hotel.server.call(call.tool, call.arguments)
    plain = lambda told: {name: value for name, value in told.get("data", {}).items() if name != "replayed"}
    return not again["success"] or plain(again) != plain(call.told)


def main():
    with tempfile.TemporaryDirectory() as folder:
        all_hotels = [Hotel(folder, f"rolling-{number}", ingress, f"{binaries}/staff-server") for number in range(HOTELS)]
        this = Worker("hotel-worker", port)
        for hotel in all_hotels:
            hotel.open(hotels)
        load = Load(all_hotels, CALLS_A_SECOND)
        load.start()
        drained = release(this)
        load.stop()
        made = load.made
        failed = [call for call in made if not call.told["success"]]
        harm = {"failed calls": len(failed), "told otherwise by the same token": sum(map(answered_otherwise, made))}
        for hotel in all_hotels:
            for what, number in harm_of(hotel, [call for call in made if call.hotel is hotel]).items():
                harm[what] = harm.get(what, 0) + abs(number)
            hotel.server.stop()
            os.remove(os.path.join(hotels, f"{hotel.name}.env"))
        seconds = sorted(call.seconds for call in made)
        print(f"{len(made)} calls in {load.seconds:.0f} s ({len(made) / load.seconds:.1f} a second), half within {seconds[len(seconds) // 2]:.2f} s, "
              f"the longest {seconds[-1]:.1f} s; {KILLS + 1} workers of this version and {KILLS} of the next were killed; "
              f"the old address was drained after {drained:.1f} s")
        print(f"asked more than once: {sum(call.first is not call.told for call in made)}; "
              f"answered by the next version: {sum('follow_up_case' in call.told.get('data', {}) for call in made)}")
        print("; ".join(f"{what}: {number}" for what, number in harm.items()))
        for call in failed[:5]:
            print(f"{call.tool} {call.arguments}: {call.told}", file=sys.stderr)
        sys.exit(any(harm.values()))


main()
