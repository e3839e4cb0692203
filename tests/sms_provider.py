"""A local HTTP server that speaks Aliyun's and Tencent's SMS protocols, with their faults, and counts what it took.

What counts is `taken`: effective sends per (number, our id), as the customer would see them.
"""

import json
import time
from collections import Counter, deque
from urllib.parse import parse_qsl, urlsplit

from tests.http_server import Desk, LocalServer

KEY, SECRET = "key-of-the-shop", "secret-of-the-shop"


class SmsProvider(LocalServer):
    """`faults` are what the next sends meet, one each, then all is well:

    "slow" answers late · an HTTP status · "drop" takes the message and closes the line · "deaf" closes it and takes
    nothing · "garbage" answers what is no JSON · anything else is the vendor's own error code.
    """

    def __init__(self, *, slow=0.0):
        self.taken: Counter = Counter()
        self.calls: list[tuple[str, dict, dict]] = []  # action, what was asked, headers
        self.faults: deque = deque()
        self.states: dict[str, object] = {}  # our id → what a query says; "absent" hides it
        self.slow, self.query_fault = slow, None
        provider = self

        class Answers(Desk):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                provider._serve(self, body)

        super().__init__(Answers)

    def _serve(self, desk, body):
        headers = {name.lower(): value for name, value in desk.headers.items()}
        is_aliyun = "x-acs-action" in headers
        action = headers.get("x-acs-action") or headers.get("x-tc-action")
        asked = dict(parse_qsl(urlsplit(desk.path).query)) if is_aliyun else json.loads(body)
        self.calls.append((action, asked, headers))
        speak = _Aliyun if is_aliyun else _Tencent
        if action != "SendSms":
            return self._answer_query(desk, speak, asked)
        phone, ref = speak.addressed(asked)
        fault = self.faults.popleft() if self.faults else None
        if fault == "deaf":
            return _hang_up(desk)
        if isinstance(fault, int):
            return _say(desk, {"Code": "ServiceUnavailable"}, status=fault)
        if fault == "garbage":
            return _say(desk, "<html>502</html>", status=502)
        if isinstance(fault, str) and fault not in ("slow", "drop"):
            return _say(desk, speak.refused(fault), status=400 if is_aliyun else 200)
        self.taken[phone, ref] += 1
        if fault == "drop":
            return _hang_up(desk)
        if fault == "slow":
            time.sleep(self.slow)
        return _say(desk, speak.took(ref))

    def _answer_query(self, desk, speak, asked):
        if self.query_fault:
            return _say(desk, {}, status=self.query_fault)
        phone = speak.asked_number(asked)
        refs = [ref for number, ref in self.taken if number == phone and self.states.get(ref) != "absent"]
        return _say(desk, speak.records([(phone, ref, self.states.get(ref)) for ref in refs]))


class _Aliyun:
    @staticmethod
    def addressed(asked):
        return asked["PhoneNumbers"], asked["OutId"]

    @staticmethod
    def asked_number(asked):
        return asked["PhoneNumber"]

    @staticmethod
    def took(ref):
        return {"Code": "OK", "Message": "OK", "BizId": f"biz-{ref[:8]}", "RequestId": "r"}

    @staticmethod
    def refused(code):
        return {"Code": code, "Message": "refused", "RequestId": "r"}

    @staticmethod
    def records(rows):
        found = [
            {
                "PhoneNum": phone,
                "OutId": ref,
                "SendStatus": state or 3,
                "ErrCode": "DELIVERED" if state in (None, 3) else "MBBLACK",
            }
            for phone, ref, state in rows
        ]
        return {"Code": "OK", "TotalCount": len(found), "SmsSendDetailDTOs": {"SmsSendDetailDTO": found}}


class _Tencent:
    @staticmethod
    def addressed(asked):
        return asked["PhoneNumberSet"][0].removeprefix("+86"), asked["SessionContext"]

    @staticmethod
    def asked_number(asked):
        return asked["PhoneNumber"].removeprefix("+86")

    @staticmethod
    def took(ref):
        return {"Response": {"SendStatusSet": [{"SerialNo": f"2645:{ref[:8]}", "Code": "Ok"}], "RequestId": "r"}}

    @staticmethod
    def refused(code):
        if code.startswith("AuthFailure"):
            return {"Response": {"Error": {"Code": code, "Message": "refused"}, "RequestId": "r"}}
        return {"Response": {"SendStatusSet": [{"SerialNo": "", "Code": code}], "RequestId": "r"}}

    @staticmethod
    def records(rows):
        found = [
            {
                "SessionContext": ref,
                "SerialNo": f"2645:{ref[:8]}",
                "ReportStatus": state or "SUCCESS",
                "Description": "DELIVRD",
            }
            for _, ref, state in rows
        ]
        return {"Response": {"PullSmsSendStatusSet": found, "RequestId": "r"}}


def _say(desk, what, *, status=200):
    words = (what if isinstance(what, str) else json.dumps(what)).encode()
    desk.send_response(status)
    desk.send_header("Content-Length", str(len(words)))
    desk.end_headers()
    desk.wfile.write(words)


def _hang_up(desk):
    desk.close_connection = True
    desk.connection.shutdown(2)
