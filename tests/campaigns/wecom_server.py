"""A local HTTP server that speaks 企业微信's 客户联系, with its faults; it counts what it took.

`tasks` are the message tasks that stand: what an employee, and then a customer, would see.
"""

import json
import time
from collections import Counter, deque
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from tests.http_server import Desk, LocalServer

CORP, SECRET = "ww-corp", "secret-of-the-shop"


class WeComServer(LocalServer):
    """`faults` are what the next tasks meet, one each, then all is well:

    "slow" answers late · "drop" takes the task and hangs up · "deaf" hangs up and takes nothing · a number below 1000
    is an HTTP status · any other one is WeCom's own error code · "fail_list" takes it for nobody.
    """

    def __init__(self, *, now: datetime, slow: float = 0.0):
        self.now, self.slow = now, slow
        self.faults, self.query_faults = deque(), deque()
        self.tasks: dict[str, dict] = {}
        self.results: dict[str, int] = {}  # customer → what became of it: 0 waits, 1 sent, 2 no friend, 3 full
        self.calls, self.cancelled, self.keys, self.friends = [], [], ["key-1"], {}
        server = self

        class Answers(Desk):
            def do_GET(self):
                server._key(self, dict(parse_qsl(urlsplit(self.path).query)))

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server._serve(self, body)

        super().__init__(Answers)

    @property
    def taken(self) -> Counter:
        """Tasks per customer and words."""
        return Counter((task["external_userid"][0], task["text"]["content"]) for task in self.tasks.values())

    def new_key(self):
        """WeCom may end a token early."""
        self.keys.append(f"key-{len(self.keys) + 1}")

    def _key(self, desk, asked):
        self.calls.append(("gettoken", asked))
        if (asked.get("corpid"), asked.get("corpsecret")) != (CORP, SECRET):
            return _say(desk, {"errcode": 40001, "errmsg": "invalid credential"})
        return _say(desk, {"errcode": 0, "access_token": self.keys[-1], "expires_in": 7200})

    def _serve(self, desk, body):
        path, _, query = desk.path.partition("?")
        name = path.removeprefix("/cgi-bin/externalcontact/")
        if b"\\u" in body:
            return _say(desk, {"errcode": 40033})
        asked = json.loads(body)
        self.calls.append((name, asked))
        if dict(parse_qsl(query)).get("access_token") != self.keys[-1]:
            return _say(desk, {"errcode": 42001, "errmsg": "access_token expired"})
        if name != "add_msg_template":
            if self.query_faults:
                return _say(desk, {"errcode": self.query_faults.popleft()})
            return _say(desk, {"errcode": 0} | getattr(self, f"_{name.replace('/', '_')}")(asked))
        return self._take(desk, asked)

    def _take(self, desk, asked):
        fault = self.faults.popleft() if self.faults else None
        if fault == "deaf":
            return _hang_up(desk)
        if isinstance(fault, int):
            return _say(desk, None, status=fault) if 0 < fault < 1000 else _say(desk, {"errcode": fault})
        task = f"msg-{len(self.tasks) + 1}"
        if fault == "fail_list":
            return _say(desk, {"errcode": 0, "msgid": task, "fail_list": asked["external_userid"]})
        self.tasks[task] = asked
        if fault == "drop":
            return _hang_up(desk)
        if fault == "slow":
            time.sleep(self.slow)
        return _say(desk, {"errcode": 0, "errmsg": "ok", "fail_list": [], "msgid": task})

    def _get_groupmsg_list_v2(self, asked):
        now = int(self.now.timestamp())
        known = self.tasks if asked["start_time"] <= now < asked["end_time"] else {}
        rows = [{"msgid": key, "creator": "app", "text": task["text"]} for key, task in known.items()]
        return _page("group_msg_list", rows, asked)

    def _get_groupmsg_task(self, asked):
        sender = self.tasks[asked["msgid"]].get("sender") or "last"
        return _page("task_list", [{"userid": sender, "status": 0}], asked)

    def _get_groupmsg_send_result(self, asked):
        people = self.tasks[asked["msgid"]]["external_userid"]
        rows = [
            {"external_userid": one, "status": self.results.get(one, 0), "userid": asked["userid"]} for one in people
        ]
        return _page("send_list", rows, asked)

    def _cancel_groupmsg_send(self, asked):
        self.cancelled.append(asked["msgid"])
        return {}

    def _batch_get_by_user(self, asked):
        rows = [
            {"external_contact": {"external_userid": key}, "follow_info": {"remark_mobiles": mobiles}}
            for key, mobiles in self.friends.get(asked["userid_list"][0], {}).items()
        ]
        return _page("external_contact_list", rows, asked)


def _page(name: str, rows: list, asked: dict) -> dict:
    """Two lines a page, so that every list is read to its end."""
    start = int(asked.get("cursor") or 0)
    more = str(start + 2) if start + 2 < len(rows) else ""
    return {name: rows[start : start + 2], "next_cursor": more}


def _say(desk, what, *, status=200):
    words = json.dumps(what).encode()
    desk.send_response(status)
    desk.send_header("Content-Length", str(len(words)))
    desk.end_headers()
    desk.wfile.write(words)


def _hang_up(desk):
    desk.close_connection = True
    desk.connection.shutdown(2)
