"""How Aliyun and Tencent want requests signed. Pure: what is signed comes in, headers come out.

Aliyun ACS3-HMAC-SHA256: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
Tencent TC3-HMAC-SHA256: https://cloud.tencent.com/document/api/382/52072 (签名方法 v3)
"""

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import quote

ACS3, TC3 = "ACS3-HMAC-SHA256", "TC3-HMAC-SHA256"
JSON = "application/json; charset=utf-8"


def acs3_query(query: dict[str, str]) -> str:
    """The query string as it is sent and signed: sorted, everything but letters, digits and -_.~ escaped."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(query.items()))


def acs3(
    query: dict[str, str], *, host: str, action: str, version: str, key: str, secret: str, now: datetime, nonce: str
) -> dict[str, str]:
    """Headers of a POST to `/?query` without a body."""
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": _sha256(""),
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    signed = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"POST\n/\n{acs3_query(query)}\n{lines}\n{signed}\n{_sha256('')}"
    signature = _hmac(secret.encode(), f"{ACS3}\n{_sha256(request)}").hex()
    return headers | {"Authorization": f"{ACS3} Credential={key},SignedHeaders={signed},Signature={signature}"}


def tc3(payload: str, *, host: str, service: str, key: str, secret: str, now: datetime) -> dict[str, str]:
    """Headers of a POST of the JSON `payload` to `/`; the action goes beside them, unsigned."""
    stamp, day = str(int(now.timestamp())), now.astimezone(UTC).date().isoformat()
    scope = f"{day}/{service}/tc3_request"
    request = f"POST\n/\n\ncontent-type:{JSON}\nhost:{host}\n\ncontent-type;host\n{_sha256(payload)}"
    derived = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        derived = _hmac(derived, part)
    signature = _hmac(derived, f"{TC3}\n{stamp}\n{scope}\n{_sha256(request)}").hex()
    credential = f"{TC3} Credential={key}/{scope}, SignedHeaders=content-type;host, Signature={signature}"
    return {"Host": host, "Content-Type": JSON, "X-TC-Timestamp": stamp, "Authorization": credential}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
