#!/usr/bin/env python3
"""A rolling release under load: workers of this version are killed and started anew, workers of the next one are registered at
an address of their own, the old ones are drained and stopped, and the new ones are killed and started anew. No call fails or is
lost, nobody is charged twice, and nobody is needed. Then the next version is rolled back in the middle of a call.

  rolling.py FOLDER_OF_THE_BINARIES INGRESS ADMIN HOTELS WORKER_PORT

The worker of this version must be registered at WORKER_PORT and not run. The next version is tests/next."""
import os
import random
import sys
import tempfile
import time

from journeys import Hotel, Load
from workers import Admin, Worker, free_port

binaries, ingress, admin, hotels, port = sys.argv[1:]
admin = Admin(admin)
CALLS_A_SECOND = int(os.environ.get("CALLS_A_SECOND", "10"))
KILLS = int(os.environ.get("KILLS", "3"))  # of each version
HOTELS = 3
LONGEST_DRAIN = 60
rng = random.Random(int(os.environ.get("SEED", "1")))


def is_killed_and_started_anew(worker):
    time.sleep(rng.uniform(1.5, 3))
    worker.kill()
    time.sleep(rng.uniform(0, 0.5))
    worker.start()


def release(this):
    """The release, as docs/scaling.md has it. Returns how long the old address was drained, and the worker that runs then."""
    for _ in range(KILLS):
        is_killed_and_started_anew(this)
    following = Worker(binaries, "next-hotel-worker", hotels, free_port())
    old = admin.deployment_at(port)
    following.register(admin)
    began = time.monotonic()
    is_killed_and_started_anew(this)
    while admin.unfinished_on(old):
        assert time.monotonic() - began < LONGEST_DRAIN, "the old address is not drained"
        time.sleep(0.2)
    drained = time.monotonic() - began
    admin.remove(old)
    this.stop()
    for _ in range(KILLS):
        is_killed_and_started_anew(following)
    time.sleep(2)
    return drained, following


def rolled_back(folder, following):
    """A call whose last step only the next version has is left to that version, and finished by it."""
    hotel = Hotel(folder, "rolled-back", ingress, f"{binaries}/staff-server")
    hotel.open(hotels)
    following.kill()
    following.start("open_follow_up_case=answer_lost!")
    leave = ("process_guest_checkout", {"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa", "idempotency_token": "leaving"})
    told = [hotel.server.call(*leave)]
    following.kill()
    admin.remove(admin.deployment_at(following.port))
    this = Worker(binaries, "hotel-worker", hotels, free_port())
    this.register(admin)
    told += [hotel.server.call(*leave)]
    trail = hotel.server.call("search_tool_calls", {"idempotency_token": "leaving"})["data"]["tool_calls"][0]
    assert [one["error_code"] for one in told] == ["CHECKOUT_PENDING"] * 2, told
    assert "another version" in trail["waiting_because"], trail
    again = Worker(binaries, "next-hotel-worker", hotels, free_port())
    again.register(admin)
    finished = hotel.server.call(*leave)
    assert finished["data"].get("follow_up_case") and harm_of(hotel, [])["need attention"] == 0, finished
    assert hotel.count("payments.db", "SELECT count(*) FROM intents WHERE booking = 'BK-0001' AND status = 'succeeded'") == 1
    hotel.server.stop()
    os.remove(os.path.join(hotels, "rolled-back.env"))
    print("rolled back: the call was left to the next version, and finished by it")


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
        this = Worker(binaries, "hotel-worker", hotels, port)
        for hotel in all_hotels:
            hotel.open(hotels)
        load = Load(all_hotels, CALLS_A_SECOND)
        load.start()
        drained, following = release(this)
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
        assert not any(harm.values())
        rolled_back(folder, following)


main()
