"""The outer border: a fake provider that takes messages over HTTP and counts them at its own side."""

import json
import random
import time
from collections import Counter

from tests.http_server import Desk, LocalServer


class FakeProvider(LocalServer):
    """Takes a few milliseconds per message; `taken` counts (number, our id)."""

    def __init__(self, *, slowest=0.015):
        self.taken: Counter = Counter()
        self.slowest = slowest
        provider = self

        class Answers(Desk):
            def do_POST(self):
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(random.uniform(0, provider.slowest))
                provider.taken[said["to"], said["ref"]] += 1
                time.sleep(random.uniform(0, provider.slowest))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def do_GET(self):
                number, ref = self.path.strip("/").split("/")
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps({"taken": provider.taken.get((number, ref), 0)}).encode())

        super().__init__(Answers)
        self.url += "/"
