#!/usr/bin/env python3
"""Writes down what this version of the worker stores on a Restate server and sends through it, for the corpus of stored forms
(tests/corpus/README.md): a day with calls that were done, refused, taken over, cleared, and left unfinished.

  stored.py FOLDER_OF_THE_BINARIES INGRESS ADMIN HOTELS WORKER_PORT FOLDER

The worker must be registered at WORKER_PORT and not run; FOLDER must not exist."""
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

from journeys import Hotel
from workers import Admin, Worker

binaries, ingress, admin, hotels, port, to = sys.argv[1:]
admin = Admin(admin)
BETH, CARL, SARAH, WEI = "beth.gibbs@email.com", "carl.smith@example.com", "sarah@example.com", "wei.chen@example.com"
SOOJIN, PATRICK, MARIA, JANE = "soojin.kim@example.com", "patrick.obrien@example.com", "maria.garcia@example.com", "jane@example.com"
CHECKOUT, REFUND, VISA = "process_guest_checkout", "compensate_checkout_failure", "pm_card_visa"
# As many examples of a form, each with other fields than the others down to this depth.
EXAMPLES = 5
DEPTH = 3


@contextlib.contextmanager
def worker(faults=""):
    """A worker with faults, while it is needed."""
    one = Worker(binaries, "hotel-worker", hotels, port, faults)
    yield
    one.kill()


def staff(hotel, *arguments, **more):
    environment = {"PATH": os.environ["PATH"], "STAFF_EMAIL": "manager@dewyhotel.com", "RUST_LOG": "off", **hotel.settings, **more}
    return subprocess.run([f"{binaries}/staff-server", *arguments], env=environment, capture_output=True, text=True)


def call(hotel, code, tool, token, **arguments):
    params = {"name": tool, "arguments": {**arguments, "idempotency_token": token}, "_meta": {"progressToken": token}}
    told = hotel.server.request("tools/call", params)["structuredContent"]
    assert told.get("error_code") == code, f"{tool}: {told}"
    return told.get("data", {})


def arrives(hotel, guest, room, **new):
    call(hotel, None, "create_booking", f"book-{guest}", guest_email=guest, room_number=room, check_in_date=hotel.today, check_out_date=hotel.tomorrow, **new)
    call(hotel, None, "check_in_guest", f"arrive-{guest}", guest_email=guest, room_number=room)


def a_day(hotel):
    with worker():
        hotel.open(hotels)
        call(hotel, None, "check_in_guest", "arrive-sarah", guest_email=SARAH)
        agreed = json.dumps({"guest_email": BETH, "payment_method_id": VISA, "idempotency_token": "leave-beth"})
        assert staff(hotel, "call", "--yes", CHECKOUT, agreed, HOTEL_CONFIRM="always").returncode == 0
        call(hotel, None, "cancel_booking", "cancel-jennifer", booking_number="BK-0007")
        call(hotel, None, "submit_guest_service_request", "ice-carl", guest_email=CARL, description="Ice, please.")
        call(hotel, "PAYMENT_FAILED", CHECKOUT, "decline-sarah", guest_email=SARAH, payment_method_id="pm_card_chargeDeclined")
        call(hotel, "PAYMENT_ACTION_REQUIRED", CHECKOUT, "leave-carl", guest_email=CARL, payment_method_id="pm_card_authenticationRequired")
        for guest, room in ((SOOJIN, "104"), (PATRICK, "109"), (MARIA, "108")):
            arrives(hotel, guest, room)
        arrives(hotel, JANE, "105", guest_first_name="Jane", guest_last_name="Austen")
        call(hotel, None, CHECKOUT, "leave-soojin", guest_email=SOOJIN, payment_method_id="pm_card_pendingRefund")
        call(hotel, None, REFUND, "refund-soojin", guest_email=SOOJIN, payment_intent_id=paid_by(hotel, SOOJIN))
        call(hotel, "REFUND_PENDING", CHECKOUT, "leave-soojin-2", guest_email=SOOJIN, payment_method_id=VISA)
    with worker("close_stay=answer_lost!"):
        call(hotel, "CHECKOUT_PENDING", CHECKOUT, "leave-patrick", guest_email=PATRICK, payment_method_id=VISA)
    with worker("close_stay=refused; undo confirm_payment=refused"):
        call(hotel, "NEEDS_ATTENTION", CHECKOUT, "leave-jane", guest_email=JANE, payment_method_id=VISA)
    with worker("confirm_payment=panics!"):
        call(hotel, "UPSTREAM_TIMEOUT", CHECKOUT, "leave-maria", guest_email=MARIA, payment_method_id=VISA)
    with worker():
        call(hotel, None, REFUND, "refund-patrick", guest_email=PATRICK, payment_intent_id=paid_by(hotel, PATRICK))
        assert staff(hotel, "reconcile", "--resolve", "leave-jane").returncode == 0
        staff(hotel, "reconcile", "--json")
        staff(hotel, "call", "search_tool_calls", '{"limit": 5}')
        assert staff(hotel, "forget", SARAH).returncode == 0
    with worker("move_in=answer_lost!"):
        call(hotel, "SALESFORCE_UNAVAILABLE", "check_in_guest", "arrive-wei", guest_email=WEI, booking_number="BK-0004")
    hotel.server.stop()


def paid_by(hotel, guest):
    with sqlite3.connect(f"{hotel.data}/payments.db") as payments:
        return payments.execute("SELECT id FROM intents WHERE guest = ? AND status = 'succeeded'", [guest]).fetchone()[0]


def shape(value, depth=DEPTH):
    if depth == 0 or value is None or not isinstance(value, (dict, list)):
        return type(value).__name__
    if isinstance(value, list):
        return tuple(sorted({shape(one, depth - 1) for one in value}, key=str))
    return tuple(sorted((name, shape(one, depth - 1)) for name, one in value.items()))


def entries():
    """Every value of an engine's journal, with the name of its form."""
    query = ("SELECT i.target_service_name AS service, i.target_handler_name AS handler, j.name, j.entry_json FROM sys_journal j "
             "JOIN sys_invocation i ON i.id = j.id WHERE j.entry_json IS NOT NULL")
    for row in admin.rows(query):
        entry = json.loads(row["entry_json"])
        of = f"{row['service']}.{row['handler']}"
        command, notification = entry.get("Command", {}), entry.get("Notification", {})
        if "Input" in command:
            yield f"{of} input", command["Input"]["payload"]
        elif "Output" in command and "Success" in command["Output"]["result"]:
            yield f"{of} output", command["Output"]["result"]["Success"]
        elif "Completion" in notification and "Run" in notification["Completion"]:
            result = notification["Completion"]["Run"]["result"]
            if "Success" in result:
                yield f"{of} step", result["Success"]


def one_example_a_line(of_service):
    text = []
    for form, examples in of_service.items():
        lines = ",\n".join("  " + json.dumps(one, ensure_ascii=False) for one in examples)
        text.append(f" {json.dumps(form)}: [\n{lines}\n ]")
    return "{\n" + ",\n".join(text) + "\n}\n"


def main():
    forms = {}

    def keep(form, value):
        examples = forms.setdefault(form, [])
        if all(shape(value) != shape(known) for known in examples) and len(examples) < EXAMPLES:
            examples.append(value)

    with tempfile.TemporaryDirectory() as folder:
        hotel = Hotel(folder, "stored", ingress, f"{binaries}/staff-server")
        a_day(hotel)
        os.remove(os.path.join(hotels, "stored.env"))
        for row in admin.rows("SELECT service_name, key, value_utf8 FROM state"):
            numbered = row["service_name"] == "Calls" and row["key"].isdigit()
            dated = row["service_name"] == "Trail" and row["key"][:2] == "20"
            keep(f"{row['service_name']} state {'attempt' if numbered else 'row' if dated else row['key']}", json.loads(row["value_utf8"]))
        for form, payload in entries():
            if payload:
                keep(form, json.loads(bytes(payload)))
    os.mkdir(to)
    for service in sorted({form.split(" ")[0].split(".")[0] for form in forms}):
        of_service = {form: forms[form] for form in sorted(forms) if form.split(" ")[0].split(".")[0] == service}
        with open(os.path.join(to, f"{service}.json"), "w") as file:
            file.write(one_example_a_line(of_service))
    print(f"{to}: {len(forms)} forms, {sum(map(len, forms.values()))} examples")


main()
