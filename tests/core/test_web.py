import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from core import web


class OneField(forms.Form):
    name = forms.CharField(label="姓名", help_text="按身份证写")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="同意", required=False)


def asked(path="/", **headers):
    return RequestFactory().get(path, headers=headers)


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_only_a_live_request_gets_the_part(headers, part):
    assert web.is_htmx(asked(**headers)) is part


def test_render_page_answers_page_or_part_and_says_that_it_varies():
    context = {"title": "没有", "words": "进度", "done": 1, "total": 2}

    page = web.render_page(asked(), "shared/_empty.html", "shared/_progress.html", context)
    part = web.render_page(asked(**{"HX-Request": "true"}), "shared/_empty.html", "shared/_progress.html", context)

    assert "没有" in page.text
    assert "进度" in part.text
    assert page.headers["Vary"] == "HX-Request, HX-Boosted, HX-History-Restore-Request"


def test_a_refused_form_is_422_and_a_fresh_one_200():
    fresh = web.render_form(asked(), "shared/_form_errors.html", {"form": OneField()})
    refused = web.render_form(asked(), "shared/_form_errors.html", {"form": OneField({})})

    assert (fresh.status_code, refused.status_code) == (200, 422)


def test_a_field_has_label_hint_and_error_tied_to_its_control():
    html = OneField({"name": ""})["name"].as_field_group()

    assert '<label for="id_name" class="field__label">姓名</label>' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html


def test_an_optional_field_says_so_but_a_checkbox_needs_no_such_word():
    form = OneField()

    assert "选填" in form["note"].as_field_group()
    assert "选填" not in form["agreed"].as_field_group()
    assert "选填" not in form["name"].as_field_group()


def test_a_whole_form_keeps_errors_and_hidden_fields():
    class WithHidden(OneField):
        step = forms.CharField(widget=forms.HiddenInput, initial="2")

        def clean(self):
            raise forms.ValidationError("两个号码不能一样")

    html = str(WithHidden({"name": "王", "step": "2"}))

    assert html.count('name="step"') == 1
    assert "两个号码不能一样" in html
    assert html.count("field__label") == 3


def test_redirect_to_moves_the_whole_browser():
    plain = web.redirect_to(asked(), "/todo/")
    live = web.redirect_to(asked(**{"HX-Request": "true"}), "/todo/")

    assert (plain.status_code, plain.url) == (302, "/todo/")
    assert (live.status_code, live.headers["HX-Redirect"]) == (204, "/todo/")


@pytest.mark.parametrize(
    ("wanted", "landed"),
    [
        ("/todo/?day=1", "/todo/?day=1"),
        ("", "/login/"),
        ("https://evil.example/", "/login/"),
        ("//evil.example/", "/login/"),
        ("/\\evil.example", "/login/"),
        ("javascript:alert(1)", "/login/"),
    ],
)
def test_redirect_back_never_leaves_the_house(wanted, landed):
    request = RequestFactory().post("/", {"next": wanted})

    assert web.redirect_back(request, "login").url == landed


def test_say_done_offers_the_way_back():
    request = asked()
    request.session = {}
    request._messages = FallbackStorage(request)

    web.say_done(request, "已作废", undo_url="/orders/1/restore/")

    (message,) = get_messages(request)
    assert (message.message, message.level_tag, message.extra_tags) == ("已作废", "success", "/orders/1/restore/")


def test_pages_are_not_stored_unless_the_view_says_so():
    stored = HttpResponse(headers={"Cache-Control": "max-age=60"})

    assert web.NoStoreMiddleware(lambda request: HttpResponse())(asked()).headers["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )
    assert web.NoStoreMiddleware(lambda request: stored)(asked()).headers["Cache-Control"] == "max-age=60"


def test_the_login_page_speaks_chinese_and_keeps_where_one_was_going(client, db):
    answer = client.post("/login/?next=/todo/", {"username": "x", "password": "y", "next": "/todo/"})

    assert "账号或密码不对" in answer.text
    assert 'name="next" value="/todo/"' in answer.text
    assert 'name="username" value="x"' in answer.text


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_no_context(template):
    from django.template.loader import render_to_string

    assert "回到前台" in render_to_string(template)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(OperationalError, 503, "马上就好"), (InterfaceError, 503, "马上就好"), (ValueError, 500, "系统出错了")],
)
def test_a_page_without_a_database_says_soon_again_and_a_broken_one_says_so(error, status, words):
    try:
        raise error
    except error:
        answer = web.server_error(asked())

    assert (answer.status_code, words in answer.text) == (status, True)
    assert answer.headers.get("Retry-After") == ("10" if status == 503 else None)
