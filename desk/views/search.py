"""The search box: answers as one types, and the audited way to a customer of another store."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from core.web import is_htmx, redirect_to, render_form, render_page, say_done
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission

from ..forms.search import CrossStoreForm
from ..ownerless import ownerless
from ..rules.query import read
from ..search import search as search_for
from ..services.cross_store import open_here


@require_safe
def search(request):
    query = request.GET.get("q", "")
    wanted = read(query)
    answers, waiting = search_for(wanted, user=request.user), ownerless(wanted, user=request.user)
    if answers.sole and not waiting and not is_htmx(request):
        return redirect(answers.sole.customer)
    form = CrossStoreForm(initial={"q": query}) if answers.elsewhere else None
    context = {"query": query, "wanted": wanted, "answers": answers, "waiting": waiting, "form": form}
    return render_page(request, "desk/search/page.html", "desk/search/_answers.html", context)


@require_POST
@requires(Permission.CROSS_STORE)
@counted_at_once
def cross_store(request):
    form = CrossStoreForm(request.POST)
    wanted = read(request.POST.get("q", ""))
    # Looked up again by what was typed: a customer's id alone opens nothing.
    answers = search_for(wanted, user=request.user)
    if wanted.is_full and answers.found:
        return redirect_to(request, answers.found[0].customer)
    if not answers.elsewhere:
        raise Http404
    if not form.is_valid():
        context = {"query": request.POST.get("q", ""), "wanted": wanted, "answers": answers, "form": form}
        return render_form(request, "desk/search/page.html", context)
    holder = answers.elsewhere[0]
    open_here(holder.customer, by=request.user, why=form.cleaned_data["why"], found_by=holder.hit.match)
    say_done(request, "已登记，本店以后可以看到这位客户。")
    return redirect_to(request, holder.customer)
