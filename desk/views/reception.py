from django.utils import timezone
from django.views.decorators.http import require_safe

from core.web import render_page

from ..reception import reception_of


@require_safe
def reception(request):
    context = {"reception": reception_of(request.user, now=timezone.localtime())}
    return render_page(request, "desk/reception.html", "desk/_reception_board.html", context)
