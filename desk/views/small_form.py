"""A small form, fresh or refused: the form alone where htmx asks, else a page of its own."""

from django.shortcuts import render

from core.web import is_htmx


def answer_form_page(request, form, *, part="desk/briefing/_form.html", **context):
    template = part if is_htmx(request) else "desk/briefing/form.html"
    context |= {"form": form, "part": part}
    return render(request, template, context, status=422 if form.is_bound else 200)
