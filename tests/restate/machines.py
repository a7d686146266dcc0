"""The processes of a cluster on this machine: three nodes as docs/scaling.md configures them, two workers behind one address,
and fronts."""
import atexit
import glob
import http.client
import json
import os
import queue
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE = 60
MANAGER = "manager@dewyhotel.com"


def environment(**more):
    return {"PATH": os.environ["PATH"], "RUST_LOG": "error", **more}


def wait_until(what, is_so):
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, f"not within {PATIENCE} s: {what}"
        time.sleep(0.05)


def documented(first_line):
    """A file that docs/scaling.md shows."""
    with open(f"{HERE}/../../docs/scaling.md") as file:
        return re.search(rf"^```\w*\n({re.escape(first_line)}\n.*?)^```", file.read(), re.S | re.M)[1]


class Process:
    """A process that can be killed and started anew. It has started when a line of its output says so."""

    def __init__(self, command, says, variables, log):
        self.command, self.says, self.variables, self.log = command, says, variables, log
        atexit.register(self.kill)
        self.start()

    def start(self):
        self.lines = queue.SimpleQueue()
        self.running = subprocess.Popen(
            self.command, env=self.variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=self.listen, args=[self.running.stdout, self.lines], daemon=True).start()

    def listen(self, output, lines):
        with open(self.log, "a") as log:
            for line in output:
                log.write(line)
                log.flush()
                if self.says in line:
                    lines.put(line)
        lines.put("")

    def wait(self):
        self.line = self.lines.get(timeout=PATIENCE)
        assert self.line, f"did not start: {self.command}: {open(self.log).read()[-2000:]}"
        return self

    def kill(self):
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()


class Cluster:
    """Nodes 127.x.y.1 to 3 with the ports of docs/scaling.md, workers 127.x.y.11 and 12, and .20 in front of both."""

    def __init__(self, binaries, folder):
        self.binaries, self.folder = binaries, folder
        self.network = f"127.{random.randrange(2, 250)}.{random.randrange(2, 250)}."
        self.hotels = os.path.join(folder, "hotels")
        os.mkdir(self.hotels)
        server, = glob.glob(f"{HERE}/node_modules/@restatedev/restate-server-*/bin/restate-server")
        telemetry_off = environment(DO_NOT_TRACK="1", RESTATE_DISABLE_TELEMETRY="true")
        self.nodes = []
        for number in (1, 2, 3):
            settings, log = os.path.join(folder, f"node-{number}.toml"), os.path.join(folder, f"node-{number}.log")
            with open(settings, "w") as file:
                file.write(self.settings_of_node(number))
            command = [server, "--no-logo", "--config-file", settings, "--base-dir", os.path.join(folder, f"node-{number}")]
            self.nodes.append(Process(command, "", telemetry_off, log))
        self.worker_address = f"{self.network}20:9080"
        self.entrance = f"http://{self.network}20:8080"
        self.start_balancers()
        self.workers = []
        self.start_workers()
        self.is_whole()
        register = [f"{binaries}/hotel-worker", "register", "--admin", f"http://{self.network}2:9070", "--at", f"http://{self.worker_address}"]
        subprocess.run(register, env=environment(), check=True, stderr=subprocess.PIPE)

    def start_balancers(self):
        """With HAPROXY=/path/of/haproxy it runs with the file of docs/scaling.md; without, a program of ours does the same."""
        log = f"{self.folder}/balancer.log"
        if haproxy := os.environ.get("HAPROXY"):
            file = f"{self.folder}/haproxy.cfg"
            with open(file, "w") as settings:
                settings.write(documented("# /etc/haproxy/haproxy.cfg").replace("10.0.0.", self.network))
            Process([haproxy, "-db", "-V", "-f", file], "", environment(), log).wait()
            return
        for port, at in (("9080", (11, 12)), ("8080", (1, 2, 3))):
            addresses = [f"{self.network}{number}:{port}" for number in (20, *at)]
            Process([sys.executable, f"{HERE}/balancer.py", *addresses], "listens", environment(), log).wait()

    def settings_of_node(self, number):
        """The file of docs/scaling.md for a node. It has no bucket for snapshots here."""
        text = documented("# /etc/restate/restate.toml").partition("[worker.snapshots]")[0]
        own = [('"node-1"', f'"node-{number}"'), ('address = "http://10.0.0.1:', f'address = "http://10.0.0.{number}:')]
        own.append(('bind-ip = "10.0.0.1"', f'bind-ip = "10.0.0.{number}"'))
        if number != 1:
            own.append(("auto-provision = true", "auto-provision = false"))
        for before, after in own:
            assert text.count(before) == 1, f"docs/scaling.md: {before} is not there once"
            text = text.replace(before, after)
        return text.replace("10.0.0.", self.network)

    def start_workers(self, faults=""):
        """Two workers; those of before are killed."""
        for worker in self.workers:
            worker.kill()
        self.workers = []
        for number in (11, 12):
            command = [f"{self.binaries}/hotel-worker", "--hotels", self.hotels, "--listen", f"{self.network}{number}:9080"]
            self.workers.append(Process(command, "listens", environment(HOTEL_FAULTS=faults), f"{self.folder}/workers.log"))
        for worker in self.workers:
            worker.wait()

    def is_whole(self):
        """Waits until every node sees all three, and every partition has its leader and its two replicas."""

        def is_so():
            leaders = replicas = partitions = 0
            for number in (1, 2, 3):
                try:
                    with urllib.request.urlopen(f"http://{self.network}{number}:5122/metrics", timeout=5) as answer:
                        text = answer.read().decode()
                except OSError:
                    return False
                value = lambda name: int(next(iter(re.findall(rf"^restate_{name} (\d+)$", text, re.M)), 0))
                if value('failure_detector_nodes_total{[^}]*state="alive"}') != 3:
                    return False
                leaders += value("num_active_partition_leaders{[^}]*}")
                replicas += value("num_active_partitions{[^}]*}")
                partitions = value("num_partitions{[^}]*}")
            return 0 < partitions == leaders and replicas == 2 * partitions

        wait_until("the cluster is whole", is_so)

    def kill(self):
        for process in self.nodes + self.workers:
            process.kill()

    def query(self, sql):
        body = json.dumps({"query": sql}).encode()
        headers = {"content-type": "application/json", "accept": "application/json"}
        until = time.monotonic() + PATIENCE
        while True:
            request = urllib.request.Request(f"http://{self.network}1:9070/query", body, headers)
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    return json.load(answer)["rows"]
            except (OSError, KeyError, ValueError, http.client.HTTPException):  # while a partition moves to another node
                assert time.monotonic() < until, sql
                time.sleep(0.2)

    def is_left(self):
        """What a person would have to see to: invocations that are stuck, and replays that differ from what ran."""
        stuck = (
            "SELECT target, status, last_failure FROM sys_invocation WHERE status IN ('paused', 'backing-off') "
            "AND last_failure NOT LIKE '%has no hotel%'"  # of a scene that is over
        )
        until = time.monotonic() + PATIENCE / 3
        while (rows := self.query(stuck)) and time.monotonic() < until:
            time.sleep(0.5)
        differ = [node.log for node in self.nodes if "RT0016" in open(node.log, errors="replace").read()]
        return [json.dumps(row) for row in rows] + [f"a replay differs from what ran: {log}" for log in differ]
