"""deploy/, tried: the units' own commands behind the example's nginx, on PostgreSQL and Redis, used as by a browser."""

import gzip
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests import servers
from tests.faults.shop import PASSWORD, ROOT, UNITS, Shop, command_of, copied, database_of
from tests.faults.test_web import Browser
from tests.imports.files import CUSTOMER_HEADER, customer, write_text

pytestmark = [pytest.mark.deploy, pytest.mark.postgres]
NGINX = ROOT / "deploy" / "nginx"


def settings_of(example: Path) -> dict[str, str]:
    """What an environment file says."""
    lines = [line for line in example.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


@pytest.fixture(scope="module")
def urls(tmp_path_factory):
    """A database of its own on this leg's PostgreSQL, and this leg's Redis."""
    leg = os.environ["DATABASE_URL"]
    copied(database_of(leg, "template1"), tmp_path_factory.mktemp("none"), "deployed")
    yield {"database_url": database_of(leg, "deployed"), "broker_url": os.environ["BROKER_URL"].replace("/0", "/7")}
    with psycopg.connect(database_of(leg, "postgres"), autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS deployed WITH (FORCE)")


@pytest.fixture(scope="module")
def installed(urls, tmp_path_factory):
    """Everything the README starts, with the settings of its example."""
    home = Path(tmp_path_factory.mktemp("installed"))
    port = servers._free_port()
    said = settings_of(ROOT / "deploy" / "shopcrm.env")
    own = {
        "ALLOWED_HOSTS": "localhost",
        "CSRF_TRUSTED_ORIGINS": f"https://localhost:{port}",
        "SECRET_KEY": "0123456789abcdef" * 4,
    }
    own |= {
        "REFUSAL_HASH_KEY": "fedcba9876543210" * 4,
        "READYZ_TOKEN": "token",
        "DATA_DIR": str(home),
        "PUBLIC_HOST": "localhost",
    }
    for name in ("DATABASE_URL", "BROKER_URL"):
        said.pop(name)
    with Shop(home, **urls, **(said | own)) as shop:
        shop.manage("check", "--deploy", "--fail-level", "WARNING")
        shop.manage("migrate", "--verbosity=0")
        shop.manage("collectstatic", "--noinput", "--verbosity=0")
        subprocess.run([sys.executable, "-m", "whitenoise.compress", "--quiet", home / "static"], check=True)
        shop.manage("seed_demo", "--customers", "5", "--password", PASSWORD)
        shop.start("web", "worker", "beat")
        with nginx(home, port=port, web=shop.port):
            shop.until(lambda: fetch(port, "/livez")[0] == 200, patience=90)
            yield shop, port


class nginx:
    """The example configuration as it stands, but for its ports and folders."""

    def __init__(self, home, *, port, web):
        self.home = home / "nginx"
        self.home.mkdir()
        names = ["-keyout", "privkey.pem", "-out", "fullchain.pem", "-subj", "/CN=localhost"]
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names]
        subprocess.run(command, cwd=self.home, check=True, capture_output=True)
        (self.home / "proxy.conf").write_text((NGINX / "proxy.conf").read_text())
        self.plain = servers._free_port()
        site = (NGINX / "shopcrm.conf").read_text()
        for written, here in {
            "127.0.0.1:8000": f"127.0.0.1:{web}",
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "crm.example.com": "localhost",
            "/etc/shopcrm/tls": str(self.home),
            "/etc/shopcrm/nginx-proxy.conf": str(self.home / "proxy.conf"),
            "/var/log/nginx": str(self.home),
            "/var/lib/shopcrm/static": str(home / "static"),
        }.items():
            assert written in site, written
            site = site.replace(written, here)
        # Behind a port of its own: the Host carries it, as 443 never does.
        proxy = self.home / "proxy.conf"
        proxy.write_text(proxy.read_text().replace("Host $host;", "Host $http_host;"))
        config = f"user root;\npid {self.home}/pid;\nerror_log {self.home}/start.log;\nevents {{}}\nhttp {{\n"
        config += f"include /etc/nginx/mime.types;\nclient_body_temp_path {self.home}/body;\n"
        config += "".join(f"{kind}_temp_path {self.home}/{kind};\n" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
        (self.home / "nginx.conf").write_text(config + site + "}\n")

    def __enter__(self):
        command = [
            shutil.which("nginx"),
            "-c",
            self.home / "nginx.conf",
            "-g",
            "daemon off;",
            "-e",
            self.home / "e.log",
        ]
        subprocess.run([*command[:3], "-t", "-e", self.home / "e.log"], check=True, capture_output=True)
        self.process = subprocess.Popen(
            command, start_new_session=True, preexec_fn=servers.follow_parent(signal.SIGTERM)
        )
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


UNCHECKED = ssl.create_default_context()
UNCHECKED.check_hostname, UNCHECKED.verify_mode = False, ssl.CERT_NONE


def fetch(port, path, scheme="https", **headers):
    """(status, headers, body), redirects not followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=UNCHECKED))
    request = urllib.request.Request(f"{scheme}://localhost:{port}{path}", headers=headers)  # noqa: S310
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()
    except OSError:
        return 0, {}, b""


class SecureBrowser(Browser):
    def __init__(self, port):
        super().__init__(port)
        self.base = f"https://localhost:{port}"
        cookies, tls = urllib.request.HTTPCookieProcessor(self.jar), urllib.request.HTTPSHandler(context=UNCHECKED)
        self.opener = urllib.request.build_opener(cookies, tls)
        self.opener.addheaders = [("Referer", f"{self.base}/")]


def test_every_part_is_well_once_everything_runs(installed):
    shop, _ = installed

    def lights():
        ready = fetch(installed[1], "/readyz")
        return set(re.findall(rb'"(\w+)": "(?:down|degraded|unknown)"', ready[2])) - {b"status", b"days_off"}

    shop.until(lambda: lights() == {b"backup", b"drill"}, patience=90)
    for unit in ("backup", "drill"):
        words = [word.replace("/var/backups/shopcrm", f"{shop.home}/backups") for word in command_of(unit)]
        shop.manage(*words[2:])

    assert shop.until(lambda: lights() == set(), patience=30)


def test_a_person_logs_in_looks_and_brings_in_a_file(installed, tmp_path):
    shop, port = installed
    browser = SecureBrowser(port)
    path = write_text(tmp_path / "客户.csv", [CUSTOMER_HEADER, customer(name="从前门来的人", phone="13900000077")])

    browser.login("wangdianzhang")
    assert "演示" in browser.get("/") or "前台" in browser.get("/")
    browser.post("/imports/", browser.token("/imports/") | {"kind": "auto"}, path)
    browser.post(f"{browser.at}confirm/", browser.token("/imports/"))
    found = "SELECT count(*) FROM customers_customer WHERE name = '从前门来的人'"
    shop.until(lambda: shop.count(found) == 1, patience=60)

    names = {cookie.name for cookie in browser.jar}
    assert names == {"__Host-sessionid", "__Host-csrftoken"}
    assert all(cookie.secure and cookie.path == "/" for cookie in browser.jar)


def test_headers_that_only_the_front_can_keep(installed):
    _, port = installed

    status, headers, _ = fetch(port, "/login/")

    assert (status, headers["Strict-Transport-Security"]) == (200, "max-age=31536000; includeSubDomains")
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert "nginx/" not in headers["Server"]


def test_static_files_come_compressed_from_the_front(installed):
    shop, port = installed

    status, headers, body = fetch(port, "/static/css/tokens.css", **{"Accept-Encoding": "gzip"})

    assert (status, headers["Content-Encoding"], headers["X-Content-Type-Options"]) == (200, "gzip", "nosniff")
    assert gzip.decompress(body) == (ROOT / "static" / "css" / "tokens.css").read_bytes()


def test_nothing_of_a_search_stands_in_any_log(installed):
    shop, port = installed
    browser = SecureBrowser(port)
    browser.login("xiaochen")

    browser.get("/search/?q=13912345678")
    browser.get("/search/?q=%E7%B2%A4B12345")
    fetch(port, "/customers/%0d%0aforged%1b[31m?phone=13912345678")

    logs = {path.name: path.read_text(errors="replace") for path in shop.home.rglob("*.log")}
    assert "/search/" in logs["shopcrm.log"]
    assert [name for name, text in logs.items() if "13912345678" in text or "B12345" in text] == []
    assert [name for name, text in logs.items() if re.search("^forged|\x1b", text, re.MULTILINE)] == []


def test_a_forged_address_is_written_anew(installed):
    shop, port = installed
    fields = SecureBrowser(port)
    token = fields.token("/login/")
    fields.opener.addheaders += [("X-Forwarded-For", "203.0.113.9"), ("X-Real-IP", "203.0.113.9")]

    with pytest.raises(urllib.error.HTTPError, match="422"):
        fields.post("/login/", token | {"username": "xiaochen", "password": "wrong"})

    assert shop.rows("SELECT DISTINCT host(ip_address) FROM axes_accessattempt") == [("127.0.0.1",)]


def test_a_file_beyond_the_limit_is_stopped_at_the_front(installed, tmp_path):
    _, port = installed
    browser = SecureBrowser(port)
    browser.login("wangdianzhang")
    huge = tmp_path / "huge.csv"
    huge.write_bytes(b"x" * 53 * 1024 * 1024)

    with pytest.raises((urllib.error.HTTPError, OSError)) as refusal:
        browser.post("/imports/", browser.token("/imports/") | {"kind": "auto"}, huge)

    assert getattr(refusal.value, "code", 413) == 413


def test_the_watch_passes_when_all_is_well_and_restarts_what_is_dead(installed, tmp_path):
    shop, _ = installed
    asked = tmp_path / "asked"
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    systemctl.chmod(0o755)
    env = shop.env | {"PATH": f"{tmp_path}:{shop.env['PATH']}", "SHOPCRM_URL": f"http://127.0.0.1:{shop.port}"}

    def watch():
        return subprocess.run([ROOT / "deploy" / "watch"], env=env, capture_output=True, text=True).returncode

    shop.until(lambda: watch() == 0, patience=60, every=1)
    shop.kill("beat")
    shop.until(lambda: watch() != 0, patience=120, every=2)

    assert asked.read_text().splitlines()[0] == "restart shopcrm-beat"
    shop.start("beat")


def test_a_stop_lets_work_finish_and_takes_no_longer_than_the_unit_allows(installed):
    shop, port = installed
    for name in ("web", "worker", "beat"):
        limit = int(re.search(r"TimeoutStopSec=(\d+)", (UNITS / f"shopcrm-{name}.service").read_text()).group(1))

        assert shop.stop(name, patience=limit) == 0, name
        shop.start(name)
    shop.until(lambda: fetch(port, "/livez")[0] == 200)


def test_the_units_are_sound(tmp_path):
    """As systemd reads them; the programs they name are not installed here."""
    for unit in UNITS.iterdir():
        shutil.copy(unit, tmp_path)
    units = sorted(path for path in tmp_path.iterdir() if path.suffix in (".service", ".timer", ".target"))

    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)

    about_ours = [line for line in done.stderr.splitlines() if "shopcrm" in line]
    assert [line for line in about_ours if "is not executable" not in line] == []
    assert len(units) >= 11
