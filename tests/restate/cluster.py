#!/usr/bin/env python3
"""Plays the scenes of the trial on a cluster while a node, a worker, a front, or one of each is killed. Whoever asked a front that
died asks the other one with the same token, and must get the answer within the deadline; the books must be those of a hotel in
which nobody was killed.

  cluster.py FOLDER_OF_THE_BINARIES [all | NAME_OF_A_SCENE…]

Without names four scenes at one moment each; `all` is every scene at three moments. SEED=n chooses other moments."""
import atexit
import concurrent.futures
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from machines import Cluster
from reads import READS, read_meanwhile
from scene import DEADLINE, Hotel, expected, harm

binaries, *which = sys.argv[1:]
SHORT = ("process_guest_checkout", "compensate_checkout_failure: reopening", "check_in_guest", "create_booking")
KINDS = ("node", "worker", "front", "one of each")
# So many scenes are played at the same time.
TOGETHER = 6
# When a call is struck, as parts of the time that it takes.
MOMENTS = ((0.0, 0.35), (0.35, 0.7), (0.7, 1.0))
chance = random.Random(int(os.environ.get("SEED", "1")))
all_at_once = concurrent.futures.ThreadPoolExecutor(2 * TOGETHER)


def each(do, *lists):
    return list(all_at_once.map(do, *lists))


class Row:
    """What became of all tries of one kind."""

    def __init__(self):
        self.tries = self.struck = self.broken = self.pending = 0
        self.slowest, self.harms = 0.0, 0

    def harm(self, text):
        self.harms += 1
        print(f"HARM {text}", flush=True)


class Group:
    """Scenes that are played at the same time."""

    def __init__(self, cluster, scenes, folder):
        self.cluster, self.scenes, self.folder, self.rounds = cluster, scenes, folder, 0
        self.faults = ";".join({call["faults"] for scene in scenes for call in scene["before"]} - {""})
        # A call that was left unfinished may have been finished before the scene begins.
        ends = [self.ends(faults) for faults in {"", self.faults}]
        self.expected = list(zip(*ends))
        self.takes = [0.0 for _ in scenes]

    def ends(self, faults):
        """How the scenes end on the embedded engine, where nobody is killed."""
        hotels = self.hotels(None, faults)
        ends = each(expected, hotels)
        each(Hotel.close, hotels)
        return ends

    def hotels(self, cluster, faults=""):
        self.rounds += 1
        names = [f"{self.folder}-{self.rounds}-{number}" for number in range(len(self.scenes))]
        return each(lambda name, scene: Hotel(binaries, name, scene, cluster, faults), names, self.scenes)

    def play(self, row, kind, moment):
        """Plays all its scenes once; `kind` of process is killed at `moment`."""
        hotels = self.hotels(self.cluster)
        if self.faults:
            self.cluster.start_workers(self.faults)
        each(Hotel.prepare, hotels)
        if self.faults:
            self.cluster.start_workers()
        parts = [chance.uniform(*moment) for _ in hotels]
        lead = [part * takes for part, takes in zip(parts, self.takes)]
        strike_at = time.monotonic() + 0.2 + max(lead)

        def call(hotel, lead):
            time.sleep(max(0.0, strike_at - lead - time.monotonic()))
            return hotel.insist(hotel.call)

        asked = [all_at_once.submit(call, hotel, before) for hotel, before in zip(hotels, lead)]
        victims = chosen_victims(self.cluster, kind, hotels)
        time.sleep(max(0.0, strike_at - time.monotonic()))
        row.struck += sum(not one.done() for one in asked) if victims else 0
        each(lambda victim: victim.kill(), victims)
        told = [one.result() for one in asked]
        each(lambda victim: victim.start(), victims)
        each(lambda victim: victim.wait(), victims)
        self.cluster.is_whole()
        harms = each(harm, hotels, told, self.expected)
        for left in self.cluster.is_left():
            row.harm(f"{kind or 'nobody'} killed: left in the engine: {left}")
        for scene, one, found, usual in zip(self.scenes, told, harms, self.expected):
            row.tries += 1
            row.broken += one.broken
            row.pending += max(0, one.pending - max(end["pending"] for end in usual))
            row.slowest = max(row.slowest, one.seconds)
            if found:
                row.harm(f"{scene['name']}, {kind or 'nobody'} killed: {found} {one.codes}")
        if not victims:
            self.takes = [one.seconds for one in told]
        each(Hotel.close, hotels)


def chosen_victims(cluster, kind, hotels):
    node, worker = [chance.choice(cluster.nodes)], [chance.choice(cluster.workers)]
    fronts = [hotel.fronts[0] for hotel in hotels]
    return {None: [], "node": node, "worker": worker, "front": fronts, "one of each": node + worker + fronts}[kind]


signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))


def main():
    known = json.loads(subprocess.run([f"{binaries}/examples/scene", "list"], stdout=subprocess.PIPE, check=True).stdout)
    names = [scene["name"] for scene in known]
    chosen = names if which == ["all"] else which or SHORT
    assert set(chosen) <= set(names), f"there is no scene {set(chosen) - set(names)}; there are {names}"
    # Faults are those of a worker, so scenes that begin with one are played by themselves.
    scenes = [scene for scene in known if scene["name"] in chosen]
    faulty = [scene for scene in scenes if any(call["faults"] for call in scene["before"])]
    plain = [scene for scene in scenes if scene not in faulty]
    groups = [plain[at : at + TOGETHER] for at in range(0, len(plain), TOGETHER)] + [[scene] for scene in faulty]
    rows = {kind: Row() for kind in (None, *KINDS)}
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir="/dev/shm", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(binaries, folder)
        atexit.register(show, rows)  # also if it is ended
        print(f"the cluster stands after {time.monotonic() - began:.0f} s", flush=True)
        for number, scenes in enumerate(groups):
            group = Group(cluster, scenes, f"{folder}/group-{number}")
            group.play(rows[None], None, (0.0, 0.0))
            for kind in KINDS:
                for moment in MOMENTS if which == ["all"] else MOMENTS[1:2]:
                    group.play(rows[kind], kind, moment)
            print(f"{number + 1} of {len(groups)} groups after {time.monotonic() - began:.0f} s", flush=True)
        for kind in KINDS:
            victims_of = lambda hotel: chosen_victims(cluster, kind, [hotel])
            slowest, found = read_meanwhile(binaries, f"{folder}/reads-{kind.replace(' ', '-')}", known[0], cluster, victims_of)
            print(f"{READS} reads, {kind} killed: {found or 'all recorded'}; slowest {slowest:.1f} s", flush=True)
            rows[kind].harms += found is not None
        cluster.kill()
    sys.exit(any(row.harms for row in rows.values()))


def show(rows):
    print(f"\n{'killed':12} {'calls':>6} {'struck':>7} {'connections':>12} {'asked again':>12} {'slowest':>9} {'harm':>5}")
    for kind, row in rows.items():
        print(f"{kind or 'nobody':12} {row.tries:6} {row.struck:7} {row.broken:12} {row.pending:12} {row.slowest:7.1f} s {row.harms:5}")
    print(f"deadline {DEADLINE} s; struck: under way when it was killed; connections: broken; asked again: pending until then")


main()
