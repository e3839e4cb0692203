"""The settings of a real installation, in a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "0123456789abcdef" * 4,
    "REFUSAL_HASH_KEY": "fedcba9876543210" * 4,
    "DATABASE_URL": "postgres://shopcrm:secret@127.0.0.1:5432/shopcrm",
    "BROKER_URL": "redis://127.0.0.1:6379/0",
    "ALLOWED_HOSTS": "crm.example.com,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "https://crm.example.com",
    "HTTPS_ONLY": "1",
    "BEHIND_HTTPS_PROXY": "1",
    "DJANGO_SETTINGS_MODULE": "shopcrm.settings",
}
SAY = """
import json, sys
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}))
"""


def run(tmp_path, *command, **env):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**kept, **PRODUCTION, "DATA_DIR": str(tmp_path), **env}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True)


def said(tmp_path, *names, **env):
    return json.loads(run(tmp_path, "-c", SAY, *names, **env).stdout)


def test_the_deployment_check_has_nothing_to_say(tmp_path):
    checked = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("System check identified no issues")


def test_cookies_belong_to_this_host_over_https_only(tmp_path):
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]

    strict, plain = said(tmp_path, *names), said(tmp_path, *names, HTTPS_ONLY="0")

    assert list(strict.values()) == ["__Host-sessionid", "__Host-csrftoken", True, True]
    assert list(plain.values()) == ["sessionid", "csrftoken", False, False]


@pytest.mark.parametrize(("told", "header"), [("0", None), ("1", ["HTTP_X_FORWARDED_PROTO", "https"])])
def test_a_proxys_word_counts_only_where_we_were_told_of_one(tmp_path, told, header):
    assert said(tmp_path, "SECURE_PROXY_SSL_HEADER", BEHIND_HTTPS_PROXY=told) == {"SECURE_PROXY_SSL_HEADER": header}


def test_the_web_gives_up_sooner_than_the_night(tmp_path):
    web = said(tmp_path, "DATABASES", PROCESS="web")["DATABASES"]["default"]["OPTIONS"]
    night = said(tmp_path, "DATABASES")["DATABASES"]["default"]["OPTIONS"]

    kept = "-c synchronous_commit=on -c jit=off"
    limits = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    assert web == {"connect_timeout": 5, "options": f"{limits} {kept}"}
    assert night == {"connect_timeout": 5, "options": f"-c idle_in_transaction_session_timeout=300s {kept}"}


@pytest.mark.parametrize("url", ["sqlite:////tmp/shop.sqlite3", PRODUCTION["DATABASE_URL"]])
def test_pages_do_not_open_a_connection_each(tmp_path, url):
    assert said(tmp_path, "DATABASES", DATABASE_URL=url)["DATABASES"]["default"]["CONN_MAX_AGE"] >= 60


def test_wsgi_is_the_web(tmp_path):
    code = "import shopcrm.wsgi; from django.conf import settings as s; print('statement_timeout' in str(s.DATABASES))"

    assert run(tmp_path, "-c", code).stdout == "True\n"


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL"])
def test_a_missing_secret_stops_the_start(tmp_path, missing):
    started = run(tmp_path, "manage.py", "check", **{missing: ""})

    assert started.returncode != 0


def test_the_key_is_not_rotated_at_the_price_of_every_refusal(tmp_path):
    rotated = {"SECRET_KEY_FALLBACKS": "old-key", "REFUSAL_HASH_KEY": PRODUCTION["SECRET_KEY"]}

    refused, safe = run(tmp_path, "-c", SAY, "DEBUG", **rotated), said(tmp_path, "DEBUG", SECRET_KEY_FALLBACKS="old")

    assert "REFUSAL_HASH_KEY" in refused.stderr
    assert safe == {"DEBUG": False}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_migration_does_not_wait_long_for_a_lock_and_leaves_no_bound_behind():
    from django.core.management import call_command
    from django.db import connection

    seen = []
    with connection.execute_wrapper(
        lambda do, sql, params, many, ctx: seen.append((sql, params)) or do(sql, params, many, ctx)
    ):
        call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        after = cursor.fetchone()[0]

    assert seen[0] == ("SELECT set_config('lock_timeout', %s, false)", ["2s"])
    assert after == "0"
