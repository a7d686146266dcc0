"""Guests who book, arrive, ask for something and leave, room by room, each with a booking of their own: calls through one
staff-server per hotel, so many a second."""
import json
import os
import queue
import sqlite3
import subprocess
import threading
import time

# Rooms that are free today in the sample hotel.
ROOMS = ["100", "104", "105", "108", "109", "110", "200", "202", "204", "208", "209", "210"]
PATIENCE = 60


class Server:
    """A staff-server over stdio. Calls wait side by side."""

    def __init__(self, binary, settings):
        environment = {"PATH": os.environ["PATH"], "STAFF_EMAIL": "manager@dewyhotel.com", "RUST_LOG": "error", **settings}
        self.process = subprocess.Popen([binary], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.waiting, self.lock, self.last = {}, threading.Lock(), 0
        threading.Thread(target=self.read, daemon=True).start()
        client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "journeys", "version": "1"}}
        self.request("initialize", client)
        self.write({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def read(self):
        for line in self.process.stdout:
            message = json.loads(line)
            if message.get("id") in self.waiting:
                self.waiting.pop(message["id"]).put(message)

    def write(self, message):
        with self.lock:
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()

    def request(self, method, params):
        answer = queue.Queue()
        with self.lock:
            self.last += 1
            number = self.last
            self.waiting[number] = answer
        self.write({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return answer.get(timeout=PATIENCE)["result"]

    def call(self, tool, arguments):
        return self.request("tools/call", {"name": tool, "arguments": arguments})["structuredContent"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)


class Made:
    """A call that was made, and how it was answered."""

    def __init__(self, hotel, tool, arguments):
        self.hotel, self.tool, self.arguments = hotel, tool, arguments
        self.first = self.told = None
        self.seconds = 0.0

    def make(self):
        began = time.monotonic()
        self.first = self.told = self.hotel.server.call(self.tool, self.arguments)
        self.seconds = time.monotonic() - began
        while self.told.get("retry_safe") and time.monotonic() - began < PATIENCE:
            time.sleep(0.2)
            self.told = self.hotel.server.call(self.tool, self.arguments)
        return self.told["success"]


class Hotel:
    """A hotel of its own, whose calls run on the engine."""

    def __init__(self, folder, name, ingress, binary):
        self.name, self.data = name, os.path.join(folder, name)
        self.settings = {"HOTEL_DATA": self.data, "HOTEL_CURRENCY": "usd", "HOTEL_RECONCILE_MINUTES": "0", "HOTEL_RESTATE": ingress}
        self.binary = binary

    def open(self, hotels):
        with open(os.path.join(hotels, f"{self.name}.env"), "w") as file:
            file.writelines(f"{name}='{value}'\n" for name, value in self.settings.items())
        self.server = Server(self.binary, self.settings)
        self.server.call("search_contacts", {"query": "Beth"})  # makes the hotel
        with sqlite3.connect(os.path.join(self.data, "hotel.db")) as rooms:
            self.today, self.tomorrow = rooms.execute("SELECT day, date(day, '1 day') FROM seeded").fetchone()

    def count(self, file, query):
        with sqlite3.connect(os.path.join(self.data, file), timeout=10) as connection:
            return connection.execute(query).fetchone()[0]

    def reconciled(self):
        command = [self.binary, "reconcile", "--json"]
        environment = {"PATH": os.environ["PATH"], "STAFF_EMAIL": "manager@dewyhotel.com", "RUST_LOG": "error", **self.settings}
        return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True).stdout)

    def journey(self, room, number):
        """The calls of one guest in one room, one after the other."""
        guest, key = f"guest-{room}-{number}@example.com", f"{room}-{number}"
        calls = [
            ("create_booking", {"guest_email": guest, "guest_first_name": "Guest", "guest_last_name": key, "room_number": room,
                                "check_in_date": self.today, "check_out_date": self.tomorrow}),
            ("check_in_guest", {"guest_email": guest}),
            ("submit_guest_service_request", {"guest_email": guest, "room_number": room, "description": f"Towels for {key}."}),
            ("process_guest_checkout", {"guest_email": guest, "payment_method_id": "pm_card_visa"}),
            ("update_room_status", {"room_number": room, "status": "Vacant"}),
        ]
        return [Made(self, tool, {**arguments, "idempotency_token": f"{tool}-{key}"}) for tool, arguments in calls]


class Load:
    """So many calls a second over all rooms of some hotels, until it is told to stop: then each journey goes on to its end."""

    def __init__(self, hotels, a_second):
        self.hotels, self.pause = hotels, 1 / a_second
        self.made, self.stopping, self.turns = [], threading.Event(), queue.Queue()
        self.threads = [threading.Thread(target=self.room, args=[hotel, room]) for hotel in hotels for room in ROOMS]
        self.pacing = threading.Thread(target=self.pace, daemon=True)

    def start(self):
        self.began = time.monotonic()
        for thread in [self.pacing, *self.threads]:
            thread.start()

    def pace(self):
        due = time.monotonic()
        while True:
            due += self.pause
            time.sleep(max(0, due - time.monotonic()))
            self.turns.put(None)

    def room(self, hotel, room):
        number = 0
        while not self.stopping.is_set():
            number += 1
            for call in hotel.journey(room, number):
                self.turns.get()
                self.made.append(call)
                if not call.make():
                    return  # what follows would fail because of it

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        self.seconds = time.monotonic() - self.began
