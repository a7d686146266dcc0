"""Workers of a version, each version at an address of its own, and what the Restate server knows of them."""
import atexit
import json
import os
import signal
import socket
import subprocess
import urllib.request


class Worker:
    """The worker of one version, at its own address."""

    def __init__(self, binaries, name, hotels, port, faults=""):
        self.binary, self.hotels, self.port = f"{binaries}/{name}", hotels, port
        self.start(faults)
        atexit.register(lambda: self.process.kill())

    def start(self, faults=""):
        environment = {"PATH": os.environ["PATH"], "RUST_LOG": "off", "HOTEL_FAULTS": faults}
        command = [self.binary, "--hotels", self.hotels, "--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        while "listens" not in (line := self.process.stderr.readline()):
            assert line, f"{self.binary} did not start"

    def register(self, admin):
        command = [self.binary, "register", "--admin", admin.address, "--at", f"http://127.0.0.1:{self.port}"]
        subprocess.run(command, check=True, capture_output=True)

    def killed_itself(self, within):
        try:
            return self.process.wait(within) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(10) == 0, f"{self.binary} did not stop by itself"


class Admin:
    """The admin address of a Restate server."""

    def __init__(self, address):
        self.address = address

    def ask(self, path, body=None, method=None):
        request = urllib.request.Request(f"{self.address}{path}", body and json.dumps(body).encode(), method=method)
        request.add_header("accept", "application/json")
        request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def rows(self, query):
        return self.ask("/query", {"query": query})["rows"]

    def deployment_at(self, port):
        all_of_them = self.ask("/deployments")["deployments"]
        return next(one["id"] for one in all_of_them if one["uri"].rstrip("/").endswith(f":{port}"))

    def unfinished_on(self, deployment):
        query = f"SELECT count(*) AS calls FROM sys_invocation WHERE pinned_deployment_id = '{deployment}' AND status <> 'completed'"
        return self.rows(query)[0]["calls"]

    def remove(self, deployment):
        self.ask(f"/deployments/{deployment}?force=true", method="DELETE")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
