"""A code as a picture that a scanner reads."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_of(code: str) -> SafeString:
    """An inline drawing of `code`, which is letters and digits of ours."""
    return mark_safe(segno.make(code, micro=False, error="m").svg_inline(scale=6, border=2, dark="#000", light="#fff"))
