from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.web import redirect_to, render_form, say_done
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission

from ..forms.enquiry import EnquiryForm
from ..services.enquiries import record_enquiry


@require_http_methods(["GET", "POST"])
@requires(Permission.SERVE)
@counted_at_once
def enquiry(request):
    form = EnquiryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        record_enquiry(store=request.user.working_store, by=request.user, now=timezone.now(), **form.enquiry_facts())
        say_done(request, "已记下。")
        return redirect_to(request, "desk:reception")
    return render_form(request, "desk/enquiry.html", {"form": form})
