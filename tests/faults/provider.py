"""The outer border: a fake provider that takes messages over HTTP and counts them at its own side."""

import json
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeProvider:
    """Takes a few milliseconds per message; `taken` counts (number, our id)."""

    def __init__(self, *, slowest=0.015):
        self.taken: Counter = Counter()
        self.slowest = slowest
        provider = self

        class Desk(BaseHTTPRequestHandler):
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

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def duplicates(self) -> int:
        return sum(self.taken.values()) - len(self.taken)
