#!/usr/bin/env python3
"""Kills the worker at every step of a check-in, a checkout and a refund, before, inside and after its effect, and starts
another: the client that waits is answered, everything is done once, and the same token tells the same again.

  kills.py FOLDER_OF_THE_BINARIES INGRESS HOTELS WORKER_PORT [all]

Without `all` the worker is killed in the effects of a checkout alone.
A worker kills itself where HOTEL_FAULTS says, so the binaries must be of a development build."""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

from workers import Worker

binaries, ingress, hotels, port, *which = sys.argv[1:]
PATIENCE = 60
BETH, SARAH = "beth.gibbs@email.com", "sarah@example.com"
CHECKOUT = ("process_guest_checkout", {"guest_email": BETH, "payment_method_id": "pm_card_visa"})
CHECK_IN = ("check_in_guest", {"guest_email": SARAH})
REFUND = ("compensate_checkout_failure", {"guest_email": BETH})


class Hotel:
    """A hotel of its own."""

    def __init__(self, folder):
        self.data = os.path.join(folder, "data")
        self.settings = {"HOTEL_DATA": self.data, "HOTEL_CURRENCY": "usd", "HOTEL_RECONCILE_MINUTES": "0", "HOTEL_RESTATE": ingress}
        name = os.path.basename(folder)
        with open(os.path.join(folder, "hotel.env"), "w") as file:
            file.writelines(f"{name}='{value}'\n" for name, value in self.settings.items())
        os.symlink(os.path.join(folder, "hotel.env"), os.path.join(hotels, f"{name}.env"))

    def start(self, tool, arguments, token):
        command = [f"{binaries}/staff-server", "call", "--json", "--yes", tool, json.dumps({**arguments, "idempotency_token": token})]
        environment = {"PATH": os.environ["PATH"], "STAFF_EMAIL": "manager@dewyhotel.com", "RUST_LOG": "error", **self.settings}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    def call(self, tool, arguments, token):
        return answer(self.start(tool, arguments, token))

    def steps(self, token):
        command = [f"{binaries}/staff-server", "call", "--json", "search_tool_calls", json.dumps({"idempotency_token": token})]
        environment = {"PATH": os.environ["PATH"], "STAFF_EMAIL": "manager@dewyhotel.com", "RUST_LOG": "error", **self.settings}
        told = json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout)
        return [step["name"] for step in told["data"]["tool_calls"][0]["steps"]]

    def count(self, file, query):
        connection = sqlite3.connect(os.path.join(self.data, file), timeout=10)
        try:
            return connection.execute(query).fetchone()[0]
        finally:
            connection.close()

    def books(self):
        """What a person would see."""
        stay = "SELECT status FROM bookings WHERE number = '{}'"
        of_beth = "FROM intents WHERE booking = 'BK-0001' AND status = 'succeeded'"
        return {
            "Beth": self.count("hotel.db", stay.format("BK-0001")),
            "Sarah": self.count("hotel.db", stay.format("BK-0003")),
            "charges": self.count("payments.db", f"SELECT count(*) {of_beth}"),
            "refunds": self.count("payments.db", f"SELECT count(*) FROM refunds WHERE intent IN (SELECT id {of_beth})"),
            "recorded": self.count("hotel.db", "SELECT count(*) FROM payment_transactions t JOIN bookings b ON b.id = t.booking_id WHERE b.number = 'BK-0001'"),
            "texts": self.count("messages.db", "SELECT count(*) FROM messages"),
        }


def answer(process):
    told, _ = process.communicate(timeout=PATIENCE)
    return json.loads(told)


def without_replay(told):
    return {name: value for name, value in told["data"].items() if name != "replayed"}


def played(scene, faults, folder):
    """Plays a scene, in which the worker is killed once; returns what became of it."""
    hotel = Hotel(folder)
    before, (tool, arguments) = scene
    worker = Worker(binaries, "hotel-worker", hotels, port, faults)
    for earlier_tool, earlier in before:
        paid = hotel.call(earlier_tool, earlier, f"before-{earlier_tool}")
        arguments = {**arguments, "payment_intent_id": paid["data"]["payment_intent_id"]}
    waits = hotel.start(tool, arguments, "the-one")
    if faults:
        assert worker.killed_itself(PATIENCE), f"{faults}: it was not killed"
        worker.start()
    first = answer(waits)
    again = hotel.call(tool, arguments, "the-one")
    steps = hotel.steps("the-one")
    worker.kill()
    assert first["success"] and again["success"], f"{faults}: {first} {again}"
    assert again["data"]["replayed"] and without_replay(first) == without_replay(again), f"{faults}: {first} {again}"
    return hotel.books(), steps


def main():
    kills = 0
    scenes = {"checkout": ([], CHECKOUT), "check-in": ([], CHECK_IN), "refund": ([CHECKOUT], REFUND)}
    for name, scene in scenes.items() if which else list(scenes.items())[:1]:
        with tempfile.TemporaryDirectory() as folder:
            expected, steps = played(scene, "", folder)
        # A fault strikes where its step is reached first, which must be in the call that waits.
        earlier = ("look_up", "close_stay") if name == "refund" else ("send_sms",)
        for step in dict.fromkeys(step for step in steps if step not in earlier):
            if step.startswith("person_agreed"):
                continue  # its name has a digest of what was asked
            for fault in ("killed_before", "killed_inside", "killed_after"):
                if not changes(step) and (fault == "killed_inside" or not which):
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    books, _ = played(scene, f"{step}={fault}", folder)
                assert books == expected, f"{name}, {step}={fault}: {books} instead of {expected}"
                kills += 1
    print(f"{kills} workers were killed: everything was done once")


def changes(step):
    """Whether a step writes to an embedded system: only then it can be killed inside."""
    return step in ("check_in", "close_stay", "confirm_payment", "create_payment_intent", "reopen_stay", "refund_payment")


main()
