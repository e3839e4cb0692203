"""A local SMTP server with the faults of real ones; it counts what it took by our Message-ID.

`taken` is what the customer would see: a letter that was accepted after its final dot, whatever was answered then.
"""

import socket
import socketserver
import threading
import time
from collections import Counter, deque
from contextlib import suppress
from email import message_from_bytes, policy


class MailServer:
    """`faults` are what the next letters meet, one each, then all is well:

    "drop" takes the letter and hangs up · "deaf" hangs up before it is spoken · "slow" answers late after taking it ·
    ("rcpt", "550 5.1.1 …") and ("data", "451 …") and ("sender", …) answer so at that step and take nothing.
    """

    def __init__(self, *, slow: float = 0.0):
        self.taken, self.letters, self.faults, self.slow = Counter(), [], deque(), slow
        server = self

        class Desk(socketserver.StreamRequestHandler):
            def handle(self):
                server._serve(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Desk)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def duplicates(self) -> int:
        return sum(self.taken.values()) - len(self.taken)

    def _serve(self, desk):
        fault = self.faults.popleft() if self.faults else None
        if fault == "deaf":
            desk.connection.shutdown(socket.SHUT_RDWR)
            return
        at, answer = fault if isinstance(fault, tuple) else ("", "")
        _say(desk, "220 shop")
        while line := desk.rfile.readline():
            verb = line[:4].upper().strip().decode()
            if verb == "QUIT":
                _say(desk, "221 bye")
                return
            if verb == "DATA":
                _say(desk, "354 go")
                letter = _letter(desk)
                if at == "data":
                    _say(desk, answer)
                    continue
                self.letters.append(message_from_bytes(letter, policy=policy.default))
                self.taken[self.letters[-1]["Message-ID"]] += 1
                if fault == "drop":
                    desk.connection.shutdown(socket.SHUT_RDWR)
                    return
                if fault == "slow":
                    time.sleep(self.slow)
                _say(desk, "250 2.0.0 queued")
            else:
                step = {"MAIL": "sender", "RCPT": "rcpt"}.get(verb, verb)
                _say(desk, answer if at == step else "250 ok")


def _letter(desk) -> bytes:
    lines = []
    while (line := desk.rfile.readline()) not in (b".\r\n", b""):
        lines.append(line)
    return b"".join(lines)


def _say(desk, words: str) -> None:
    with suppress(OSError):  # the other side has hung up
        desk.wfile.write(f"{words}\r\n".encode())
