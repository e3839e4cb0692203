"""The gallery is only mounted while DEBUG is on; here it stands alone."""

import re

import pytest
from django.urls import include, path

from shopcrm.urls import urlpatterns as shop_urlpatterns

urlpatterns = [path("gallery/", include("core.urls")), *shop_urlpatterns]

pytestmark = pytest.mark.urls("tests.core.test_gallery")


def test_the_gallery_shows_everything_without_inline_script_or_style(login, manager):
    html = login(manager).get("/gallery/").text

    assert re.findall(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|<style", html) == []
    assert html.count("button--primary") == 1


def test_a_refused_form_keeps_what_was_typed(login, manager):
    answer = login(manager).post("/gallery/", {"km": "2000000", "note": "刹车<响>"})

    assert answer.status_code == 422
    assert "里程超过一百万公里" in answer.text
    assert "刹车&lt;响&gt;" in answer.text


def test_answers_of_the_search_box_are_options_with_the_match_marked(login, manager):
    html = login(manager).get("/gallery/search/?q=%3C").text

    assert html.count('role="option"') == 1
    assert "陈<mark>&lt;</mark>小&gt;明" in html


def test_the_rail_shows_only_what_the_role_may_use(login, front_desk):
    html = login(front_desk).get("/gallery/").text

    assert 'href="/imports/"' not in html
