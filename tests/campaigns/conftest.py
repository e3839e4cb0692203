"""What several tests of campaigns stand on."""

import pytest

from campaigns.channels import http, wecom
from tests.factories import TODAY, moment

from .wecom_server import CORP, SECRET, WeComServer


@pytest.fixture
def server(settings, monkeypatch):
    """A WeCom of our own, and the settings that lead to it."""
    settings.WECOM_CORP, settings.WECOM_SECRET = CORP, SECRET
    settings.MESSAGE_CHANNELS = ["wecom"]
    monkeypatch.setattr(http, "PATIENCE", (1, 0.5))
    wecom._tokens.clear()
    with WeComServer(now=moment(TODAY, 12), slow=1.5) as server:
        settings.WECOM_URL = server.url
        yield server
    wecom._tokens.clear()


@pytest.fixture
def only(monkeypatch):
    """Let these occasions be all there are."""

    def choose(*some):
        found = {occasion.key: occasion for occasion in some}
        for module in ("foreseeing", "alike", "contacts"):
            monkeypatch.setattr(f"campaigns.services.{module}.registry", lambda: found)

    return choose
