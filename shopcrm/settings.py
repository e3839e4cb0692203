"""Settings, read once from the environment (or `.env`). Only SECRET_KEY and DATABASE_URL are required."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

SECRET_KEY = env("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY 是空的，请在 .env 里填上。")
# The keys before it, while sessions signed with them are still about.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "lucide",
    "import_export",
    "axes",
    "csp",
    "core",
    "staff",
    "customers",
    "vehicles",
    "referrals",
    "segments",
    "campaigns",
    "imports",
    "desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.logs.RequestLog",
    "core.web.AddressMiddleware",
    "core.web.BodyLimitMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "staff.middleware.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.web.NoStoreMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "shopcrm.urls"
WSGI_APPLICATION = "shopcrm.wsgi.application"
FORM_RENDERER = "core.form_renderer.FormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "staff.context.at_the_desk",
            ],
            "builtins": ["core.templatetags.shop"],
        },
    }
]
# Django's own form templates are found through APP_DIRS; ours under templates/django/forms win.
INSTALLED_APPS.append("django.forms")

DATABASES = {"default": env.db("DATABASE_URL")}
# Opening a connection costs what a small page costs; on SQLite too, which reads the definitions of all tables again.
# There it also keeps whoever restores from replacing what a running product has open.
DATABASES["default"]["CONN_MAX_AGE"] = 600
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A minute: only new connections see what ANALYZE has counted.
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    # IMMEDIATE takes the write lock at once, so that read-then-write never fails half-way with "database is locked".
    # FULL: a text that was begun is still begun after a power cut, and not sent again.
    # The log of what was written is cut to its limit once its pages are in the file: no last connection removes it.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000; "
        "PRAGMA journal_size_limit=67108864;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Somebody waits for a page: it gives up early and frees its locks. The night and imports may take their time.
    _limits = {"idle_in_transaction_session_timeout": "300s"}
    if env("PROCESS", default="") == "web":
        _limits = {"statement_timeout": "30s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"}
    # What is about to be sent must be known after a crash too, however the server is set up: else it is sent again.
    _limits["synchronous_commit"] = "on"
    # The night's statements are long and run once: PostgreSQL would compile them for seconds to save tenths.
    _limits["jit"] = "off"
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        connect_timeout=5, options=" ".join(f"-c {name}={limit}" for name, limit in _limits.items())
    )
# A migration waits no longer than this for a table somebody reads: meanwhile it would hold up every other reader.
MIGRATION_LOCK_TIMEOUT = "2s"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "staff.backends.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "display_name"]},
    },
    {"NAME": "staff.passwords.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk:reception"
LOGOUT_REDIRECT_URL = "login"

# How many proxies of ours stand before us and append to X-Forwarded-For; 0: the header is a stranger's word.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# Wrong passwords: six for a name from an address, and two wider nets in staff.lockout.
AXES_HANDLER = "staff.lockout.Lockout"
AXES_CLIENT_IP_CALLABLE = "staff.lockout.guesser_address"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True  # who came in stands in the audit trail

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # the embedded default serves straight from the source tree, without a collect step
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# The largest file of a shop, or as many photos as are taken at once; nginx says the same.
MOST_BODY_BYTES = 52 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31536000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
# Preloading binds the whole domain, also what is not ours, and can hardly be taken back.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
# A probe on the machine itself speaks http.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
# Believed only where a proxy in front always sets it; otherwise anybody may claim to have come by https.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_HTTPS_PROXY", default=False) else None
if HTTPS_ONLY:
    # Browsers take such a cookie only over https, from this very host, for the whole site.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],
    }
}

# Where customers' phones reach us, e.g. https://crm.example.cn; without one that works no links are handed out.
PUBLIC_BASE_URL = env("PUBLIC_BASE_URL", default="")
# Counts of how often somebody knocks at a public page; room for many addresses, so that none is forgotten early.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}}

# The broker only nudges workers; every job is a row. Without a Redis the filesystem transport is enough.
BROKER_URL = env("BROKER_URL", default="filesystem://")
CELERY_BROKER_URL = BROKER_URL
if BROKER_URL == "filesystem://":
    _folder = DATA_DIR / "broker"
    for _part in ("queue", "control"):
        (_folder / _part).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_folder / "queue"),
        "data_folder_out": str(_folder / "queue"),
        "control_folder": str(_folder / "control"),
        "store_processed": False,
    }
else:
    # A Redis that hangs must not hang the page that nudges it, nor the worker that listens.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 3, "socket_keepalive": True}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # a task goes by its rows, not by its message
# Not tried again in place: the next tick is never far, and beat must go on beating while the broker is away.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULER = "core.beat:PulsingScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 10
# Beat only ticks; a step runs once per business date because a JobRun row says so.
CELERY_BEAT_SCHEDULE = {
    "night": {"task": "desk.night", "schedule": 300.0},
    "outbox": {"task": "campaigns.send_due", "schedule": 60.0},
    "receipts": {"task": "campaigns.ask_due", "schedule": 60.0},
    "group tasks": {"task": "campaigns.send_group_tasks", "schedule": 60.0},
    "friends": {"task": "campaigns.befriend", "schedule": 6 * 3600.0},
    "imports": {"task": "imports.resume", "schedule": 20.0},
    "pulse": {"task": "core.pulse", "schedule": 20.0},
    "public": {"task": "core.probe_public", "schedule": 300.0},
}

# Where automatic messages go: "console" prints, "file" appends to DATA_DIR/outbox.jsonl. Nobody is texted by accident.
MESSAGE_CHANNEL = env("MESSAGE_CHANNEL", default="file")
# Several, the first choice first: each customer is written to by the first that reaches them. Empty: the one above.
MESSAGE_CHANNELS = env.list("MESSAGE_CHANNELS", default=[])
# Texts: the signature that the provider has approved, what a part costs, and how much may go out a day unasked.
SMS_SIGN = env("SMS_SIGN", default="")
SMS_FEN_PER_PART = env.int("SMS_FEN_PER_PART", default=5)
SMS_DAY_MOST = env.int("SMS_DAY_MOST", default=500)
SMS_DAY_MOST_YUAN = env.int("SMS_DAY_MOST_YUAN", default=50)
ALIYUN_SMS_URL = env("ALIYUN_SMS_URL", default="https://dysmsapi.aliyuncs.com")
ALIYUN_KEY = env("ALIYUN_KEY", default="")
ALIYUN_SECRET = env("ALIYUN_SECRET", default="")
TENCENT_SMS_URL = env("TENCENT_SMS_URL", default="https://sms.tencentcloudapi.com")
TENCENT_SMS_APP = env("TENCENT_SMS_APP", default="")
TENCENT_KEY = env("TENCENT_KEY", default="")
TENCENT_SECRET = env("TENCENT_SECRET", default="")
# WeCom: an app of one's own with 客户联系, and how many message tasks may be made a day unasked.
WECOM_URL = env("WECOM_URL", default="https://qyapi.weixin.qq.com")
WECOM_CORP = env("WECOM_CORP", default="")
WECOM_SECRET = env("WECOM_SECRET", default="")
WECOM_DAY_MOST = env.int("WECOM_DAY_MOST", default=500)
# E-mail: who writes, where answers go, and how much may go out a day unasked.
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=465)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=EMAIL_PORT == 465)
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=EMAIL_PORT == 587)
EMAIL_TIMEOUT = 8
EMAIL_FROM = env("EMAIL_FROM", default="")
EMAIL_REPLY_TO = env("EMAIL_REPLY_TO", default="")
EMAIL_DAY_MOST = env.int("EMAIL_DAY_MOST", default=500)
# Part of the address to which providers post receipts and replies; without it those addresses do not exist.
RECEIPT_TOKEN = env("RECEIPT_TOKEN", default="")

# Refusals are kept by a keyed hash, never the number itself. Set it apart from SECRET_KEY to rotate that one alone.
REFUSAL_HASH_KEY = env("REFUSAL_HASH_KEY", default=SECRET_KEY)
if SECRET_KEY_FALLBACKS and REFUSAL_HASH_KEY == SECRET_KEY:
    raise ImproperlyConfigured("更换 SECRET_KEY 之前，请把旧的值写进 REFUSAL_HASH_KEY，否则所有“不要联系”都会失效。")

# Who brings this as a bearer token sees the numbers behind /readyz; everybody else the states only.
READYZ_TOKEN = env("READYZ_TOKEN", default="")

# One JSON object per line for machines to read, or words for people: see core/logs.py.
LOG_FORMAT = env("LOG_FORMAT", default="json" if HTTPS_ONLY else "plain")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.Formatter", "is_json": LOG_FORMAT == "json"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django": {"handlers": [], "level": "INFO"},
        "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        "gunicorn.access": {"handlers": [], "level": "ERROR", "propagate": False},
        # "received" and "succeeded" of ticks that come every few seconds.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}
