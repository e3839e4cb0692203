"""The product's settings, with a database and folders that belong to the tests."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = Path(tempfile.mkdtemp(prefix="shopcrm-tests-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_home}/shop.sqlite3")
os.environ["DATA_DIR"] = str(_home)
os.environ["DEBUG"] = "0"

from shopcrm.settings import *  # noqa: E402, F403
from shopcrm.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: only then is WAL what the product runs on.
    DATABASES["default"]["TEST"] = {"NAME": str(_home / "test.sqlite3")}
    # Who asks row by row does so on every database; to look for it takes a quarter of a test's time.
    INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
    MIDDLEWARE = [*MIDDLEWARE, "zeal.middleware.zeal_middleware"]
    ZEAL_RAISE = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
# Whatever stands in this machine's .env: a test names its own channels.
MESSAGE_CHANNEL, MESSAGE_CHANNELS, PUBLIC_BASE_URL = "file", [], ""
CELERY_TASK_ALWAYS_EAGER = False
