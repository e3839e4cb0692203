"""Form fields drawn without a template where Django's own only say what a line of Python says, in a tenth of the time.

A page of the desk has some thirty fields; each of them went through two templates. The markup is Django's, word for
word (tests/core/test_form_renderer.py).
"""

from collections.abc import Callable, Mapping

from django.forms.renderers import TemplatesSetting
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


class FormRenderer(TemplatesSetting):
    """Templates of the project, but for plain inputs, choices in a list, and errors that are none."""

    def render(self, template_name: str, context: Mapping, request=None) -> str:
        """As Django's renderers: the markup, stripped."""
        draw = _DRAWN.get(template_name)
        drawn = draw(context) if draw else None
        return super().render(template_name, context, request) if drawn is None else drawn


def _input(context: Mapping) -> SafeString:
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    kind, name = _text(widget["type"]), _text(widget["name"])
    return mark_safe(f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>')


def _select(context: Mapping) -> SafeString:
    widget = context["widget"]
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    head = f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>'
    return mark_safe(f"{head}{groups}\n</select>")


def _group(name: object, options: list[dict]) -> str:
    lines = "".join(_option(option) for option in options)
    return f'\n  <optgroup label="{_words(name)}">{lines}\n  </optgroup>' if name else lines


def _option(option: dict) -> str:
    label = _words(option["label"])
    return f'\n  <option value="{_text(option["value"])}"{_attributes(option["attrs"])}>{label}</option>'


def _errors(context: Mapping) -> str | None:
    return None if context["errors"] else ""


def _attributes(attrs: Mapping[str, object]) -> str:
    return "".join(
        f" {conditional_escape(name)}" if value is True else f' {conditional_escape(name)}="{_text(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _words(value: object) -> str:
    """What is read by people: a day in the way of their language."""
    return conditional_escape(localize(value))


def _text(value: object) -> str:
    """What is read by programs: never in the way of a language (1234, not 1,234)."""
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


_WIDGETS = "django/forms/widgets/"
_PLAIN = ("input", "text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "checkbox")
_DRAWN: dict[str, Callable[[Mapping], str | None]] = {
    **{f"{_WIDGETS}{name}.html": _input for name in _PLAIN},
    f"{_WIDGETS}select.html": _select,
    "django/forms/errors/list/default.html": _errors,
}
