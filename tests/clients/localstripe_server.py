"""Starts localstripe on a free port of 127.0.0.1 (its own command listens on every interface and keeps its data in /tmp) and says
which port."""

import socket

from aiohttp import web
from localstripe.resources import store
from localstripe.server import app

store.dump_to_disk = lambda: None
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()  # who reads the port may connect at once
print(listener.getsockname()[1], flush=True)
web.run_app(app, sock=listener, print=None, access_log=None)
