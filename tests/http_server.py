"""A local HTTP server, on a port of its own while a `with` block lasts: what the fake providers stand on."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Desk(BaseHTTPRequestHandler):
    """Answers requests and keeps quiet about them."""

    def log_message(self, *_):
        pass


class LocalServer:
    """Counts at its own side: `taken` is whatever it took, how often."""

    def __init__(self, desk: type[Desk]):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), desk)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def duplicates(self) -> int:
        return sum(self.taken.values()) - len(self.taken)
