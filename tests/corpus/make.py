#!/usr/bin/env python3
"""Makes the data folder of one version of this program, as texts, for the corpus: a day in which calls were finished, refused
and interrupted.

  tests/corpus/make.py FOLDER_OF_THE_BINARIES

The binaries must be of a development build: only those can be killed at a step. The folder is named after the version of the
journal's schema; one that is there already is not changed."""
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from datetime import datetime, timezone

binaries = os.path.abspath(sys.argv[1])
corpus = os.path.dirname(os.path.abspath(__file__))
BETH, CARL, SARAH, WEI = "beth.gibbs@email.com", "carl.smith@example.com", "sarah@example.com", "wei.chen@example.com"
SOOJIN, PATRICK, MARIA = "soojin.kim@example.com", "patrick.obrien@example.com", "maria.garcia@example.com"
ADA, JANE, MARY = "ada@example.com", "jane@example.com", "mary@example.com"
VISA, BANK = "pm_card_visa", "pm_card_authenticationRequired"
CHECKOUT, REFUND = "process_guest_checkout", "compensate_checkout_failure"


def run(data, arguments, guest=None, **environment):
    server = "guest-server" if guest else "staff-server"
    who = {"GUEST_EMAIL": guest} if guest else {"STAFF_EMAIL": "manager@dewyhotel.com"}
    environment = {"PATH": os.environ["PATH"], "HOTEL_DATA": data, "HOTEL_CURRENCY": "usd", "RUST_LOG": "error", **who, **environment}
    return subprocess.run([f"{binaries}/{server}", *arguments], env=environment, capture_output=True, text=True, cwd=os.path.dirname(data))


class Day:
    """A day of the hotel."""

    def __init__(self, data):
        self.data = data
        self.unfinished = {}
        self.asks = "--yes" in run(data, ["call", "--help"]).stdout

    def call(self, tool, token=None, guest=None, faults="", **arguments):
        if token:
            arguments["idempotency_token"] = token
        return run(self.data, ["call", tool, json.dumps(arguments)], guest, HOTEL_FAULTS=faults)

    def done(self, tool, token=None, guest=None, **arguments):
        ran = self.call(tool, token, guest, **arguments)
        told = json.loads(ran.stdout) if ran.stdout else {}
        assert told.get("success"), f"{tool}: {ran.stdout} {ran.stderr}"
        return told["data"]

    def refused(self, code, tool, token, guest=None, faults="", **arguments):
        ran = self.call(tool, token, guest, faults, **arguments)
        assert json.loads(ran.stdout)["error_code"] == code, f"{tool}: {ran.stdout} {ran.stderr}"

    def killed(self, faults, tool, token, guest=None, **arguments):
        ran = self.call(tool, token, guest, faults, **arguments)
        assert ran.returncode == -signal.SIGKILL, f"{tool}, {faults}: {ran.stdout} {ran.stderr}"
        self.unfinished[token] = "done"

    def agreed_and_killed(self, faults, tool, token, **arguments):
        """The person was asked and said yes, if this version asks."""
        arguments["idempotency_token"] = token
        flags, environment = (["--yes"], {"HOTEL_CONFIRM": "always"}) if self.asks else ([], {})
        ran = run(self.data, ["call", *flags, tool, json.dumps(arguments)], HOTEL_FAULTS=faults, **environment)
        assert ran.returncode == -signal.SIGKILL, f"{tool}, {faults}: {ran.stdout} {ran.stderr}"
        self.unfinished[token] = "done in time"  # a charge that did not begin is not sent a day later

    def arrives(self, guest, room, **new):
        today, leaves = self.day(0), self.day(2)
        self.done("create_booking", f"book-{guest}", guest_email=guest, room_number=room, check_in_date=today, check_out_date=leaves, **new)
        self.done("check_in_guest", f"arrive-{guest}", guest_email=guest, room_number=room)

    def day(self, days):
        with sqlite3.connect(f"{self.data}/hotel.db") as hotel:
            return hotel.execute("SELECT date(day, ?) FROM seeded", [f"{days} days"]).fetchone()[0]

    def bookings(self):
        """What each booking is and costs. What a guest who is here costs grows with the days."""
        told = self.done("search_bookings_on_behalf_of_staff", limit=50)["bookings"]
        keys = ("status", "room_number", "check_in_date", "check_out_date", "folio_cents", "nightly_rate_cents", "nightly_prices_cents")
        kept = {one["booking_number"]: {key: one[key] for key in keys if key in one} for one in told}
        for booking in kept.values():
            if booking["status"] == "Checked In":
                booking.pop("folio_cents", None)
        return dict(sorted(kept.items()))


def a_day(data):
    run(data, ["call", "search_contacts", '{"query": "Beth"}'])  # makes the hotel
    day = Day(data)
    # Finished.
    day.done("update_room_status", "clean-106", room_number="106", status="Vacant")
    day.done("create_booking", "book-ada", guest_email=ADA, guest_first_name="Ada", guest_last_name="Lovelace", room_number="208",
             check_in_date=day.day(1), check_out_date=day.day(4), special_requests="A cot, please.")
    day.done("check_in_guest", "arrive-sarah", guest_email=SARAH)
    day.done("assign_room", "move-carl", booking_number="BK-0002", room_number="110")
    day.done(CHECKOUT, "leave-beth", guest_email=BETH, payment_method_id=VISA)
    day.done("cancel_booking", "cancel-jennifer", booking_number="BK-0007", reason="Ill.")
    day.done("manage_booking", "longer-priya", booking_number="BK-0008", check_out_date=day.day(28))
    day.done("create_case", "towels-100", room_number="100", type="Housekeeping", description="Towels.")
    day.done("manage_case", "close-1", case_number="00001001", status="Closed")
    day.done("submit_maintenance_request", "lamp-209", room_number="209", description="The lamp is broken.")
    day.done("create_contact_if_not_found", "know-jane", email=JANE, first_name="Jane", last_name="Austen")
    day.done("submit_guest_service_request", "ice-carl", guest=CARL, description="Ice, please.")
    day.arrives(PATRICK, "109")
    paid = day.done(CHECKOUT, "leave-patrick-1", guest_email=PATRICK, payment_method_id=VISA)
    payment = paid.get("payment_intent_id") or last_payment(data)
    day.done(REFUND, "refund-patrick", payment_intent_id=payment, guest_email=PATRICK)
    # Refused.
    day.refused("PAYMENT_FAILED", CHECKOUT, "decline-sarah", guest_email=SARAH, payment_method_id="pm_card_chargeDeclined")
    day.refused("GUEST_NOT_FOUND", "check_in_guest", "arrive-nobody", guest_email="nobody@example.com")
    # What a person must see to.
    day.arrives(JANE, "105")
    day.refused("NEEDS_ATTENTION", CHECKOUT, "leave-jane", faults="close_stay=refused; undo confirm_payment=refused",
                guest_email=JANE, payment_method_id=VISA)
    # Interrupted.
    day.arrives(SOOJIN, "104")
    day.arrives(MARIA, "108")
    day.arrives(MARY, "200", guest_first_name="Mary", guest_last_name="Shelley")
    day.killed("close_stay=killed_before", CHECKOUT, "leave-patrick-2", guest_email=PATRICK, payment_method_id=VISA)
    day.killed("confirm_payment=killed_after", CHECKOUT, "leave-soojin", guest_email=SOOJIN, payment_method_id=VISA)
    day.agreed_and_killed("confirm_payment=killed_before", CHECKOUT, "leave-maria", guest_email=MARIA, payment_method_id=VISA)
    day.killed("close_stay=killed_after", CHECKOUT, "leave-mary", guest=MARY, payment_method_id=VISA)
    day.killed("move_in=killed_inside", "check_in_guest", "arrive-wei", guest_email=WEI, booking_number="BK-0004")
    day.killed("book=killed_after", "create_booking", "book-grace", guest_email="grace@example.com", guest_first_name="Grace",
               guest_last_name="Hopper", room_number="201", check_in_date=day.day(3), check_out_date=day.day(5))
    day.killed("open_case=killed_inside", "submit_guest_service_request", "towels-sarah", guest=SARAH, description="Two towels, please.")
    day.killed("refund_payment=killed_after", REFUND, "refund-robert", payment_intent_id="pi_seed_0009", guest_email="rthompson@example.com")
    # His bank asks him, and he does not answer: in time the call is given up.
    day.refused("PAYMENT_ACTION_REQUIRED", CHECKOUT, "leave-carl", guest=CARL, payment_method_id=BANK)
    day.unfinished["leave-carl"] = "given up"
    return day


def last_payment(data):
    with sqlite3.connect(f"{data}/payments.db") as payments:
        return payments.execute("SELECT id FROM intents ORDER BY rowid DESC LIMIT 1").fetchone()[0]


def time_passes(data):
    """The bank was asked an hour and a half ago, and the leases of the killed servers are over."""
    with sqlite3.connect(f"{data}/journal.db") as journal:
        journal.execute("UPDATE calls SET started_at = strftime('%Y-%m-%dT%H:%M:%fZ', started_at, '-90 minutes') WHERE outcome = 'waiting'")
        journal.execute("UPDATE calls SET lease_until = 0")


def dump(path):
    """A file as SQL. A search index is not written: the triggers that fill it are made before the rows, all others after them."""
    with sqlite3.connect(path) as connection:
        all_of = lambda kind: connection.execute("SELECT name, sql FROM sqlite_master WHERE type = ? AND sql NOT NULL ORDER BY rowid", [kind]).fetchall()
        indexes = [name for name, sql in all_of("table") if sql.startswith("CREATE VIRTUAL")]
        tables = [(name, sql) for name, sql in all_of("table")
                  if not name.startswith("sqlite_") and not any(name.startswith(f"{index}_") for index in indexes)]
        fills = lambda sql: any(index in sql for index in indexes)
        triggers = all_of("trigger")
        lines = [sql for _, sql in tables + all_of("index") + all_of("view") + [one for one in triggers if fills(one[1])]]
        for name, _ in tables:
            if name in indexes:
                continue
            columns = [column[1] for column in connection.execute(f"PRAGMA table_info({name})")]
            quoted = ", ".join(f'quote("{column}")' for column in columns)
            for row in connection.execute(f"SELECT {quoted} FROM {name}"):
                lines.append(f"INSERT INTO {name} VALUES ({','.join(row)})")
        lines += [sql for _, sql in triggers if not fills(sql)]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        return "".join(f"{line};\n" for line in lines + [f"PRAGMA user_version = {version}"]), version


def main():
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        day, made_at = a_day(data), datetime.now(timezone.utc).isoformat(timespec="seconds")
        bookings = day.bookings()
        time_passes(data)
        texts = {name.replace(".db", ".sql"): dump(f"{data}/{name}") for name in sorted(os.listdir(data)) if name.endswith(".db")}
        version = texts["journal.sql"][1]
        to = os.path.join(corpus, f"journal-{version:02}")
        os.mkdir(to)
        for name, (text, _) in texts.items():
            with open(os.path.join(to, name), "w") as file:
                file.write(text)
        for name in ("reads.log", "hotel.json"):
            if os.path.exists(f"{data}/{name}"):
                with open(f"{data}/{name}") as file, open(os.path.join(to, name), "w") as copy:
                    copy.write(file.read())
        with open(os.path.join(to, "told.json"), "w") as file:
            json.dump({"made_at": made_at, "unfinished": day.unfinished, "bookings": bookings}, file, indent=1)
            file.write("\n")
        print(f"{to}: {len(bookings)} bookings, {len(day.unfinished)} unfinished calls")


main()
