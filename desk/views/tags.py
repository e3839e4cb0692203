"""Tags on a customer, and the vocabulary they come from."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import redirect_back, say_done
from customers import services
from customers.errors import TagTaken, TooLateToUndo
from customers.models import CustomerTag, Tag
from staff.access import requires
from staff.enums import Permission

from ..briefing import customer_or_404
from ..forms.knowledge import MergeTagForm, TagForm, TagNameForm
from ..tags import vocabulary
from .small_form import answer_form_page

TAG_FORM = "desk/tags/_form.html"


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def add_tag(request, pk):
    customer, now = customer_or_404(request.user, pk), timezone.localtime()
    form = TagForm(request.POST or None, today=now.date())
    if form.is_valid():
        link = services.tag_customer(customer, by=request.user, at=now, today=now.date(), **form.cleaned_data)
        say_done(request, f"贴上了：{link.tag}", undo_url=reverse("desk:remove_tag", args=[link.pk]))
        return redirect_back(request, customer)
    return answer_form_page(request, form, part=TAG_FORM, customer=customer)


@require_POST
@requires(Permission.WRITE)
def remove_tag(request, pk):
    link = _link_or_404(request, pk)
    services.untag(link, by=request.user, at=timezone.now())
    say_done(request, f"取下了：{link.tag}", undo_url=reverse("desk:restore_tag", args=[pk]))
    return redirect_back(request, link.customer)


@require_POST
@requires(Permission.WRITE)
def restore_tag(request, pk):
    link = _link_or_404(request, pk)
    try:
        services.retag(link, by=request.user, at=timezone.now())
    except TooLateToUndo as error:
        messages.warning(request, str(error))
    else:
        say_done(request, f"又贴上了：{link.tag}")
    return redirect_back(request, link.customer)


@require_safe
@requires(Permission.WRITE)
def tag_names(request):
    """The names the browser offers while somebody types."""
    return render(request, "desk/tags/_names.html", {"tags": Tag.objects.order_by("name")})


@require_safe
@requires(Permission.SET_POLICY)
def tags(request):
    return render(request, "desk/tags/page.html", {"tags": vocabulary(request.user, today=timezone.localdate())})


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def rename_tag(request, pk):
    tag = get_object_or_404(Tag, pk=pk)
    form = TagNameForm(request.POST or None, initial={"name": tag.name})
    if form.is_valid():
        try:
            services.rename_tag(tag, by=request.user, **form.cleaned_data)
        except TagTaken as taken:
            form.add_error("name", str(taken))
        else:
            say_done(request, f"改成了：{tag}")
            return redirect("desk:tags")
    return answer_form_page(request, form, title=f"改名：{tag}", act="改名", back=reverse("desk:tags"))


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def merge_tag(request, pk):
    tag = get_object_or_404(Tag, pk=pk)
    form = MergeTagForm(request.POST or None, tag=tag)
    if form.is_valid():
        into = form.cleaned_data["into"]
        count = services.merge_tags(tag, into=into, by=request.user, at=timezone.now())
        say_done(request, f"合并好了：{count} 位客户的标签现在是“{into}”。")
        return redirect("desk:tags")
    context = {"title": f"合并标签“{tag}”", "act": "合并", "back": reverse("desk:tags")}
    return answer_form_page(request, form, **context, offered=Tag.objects.exclude(pk=pk).order_by("name"))


def _link_or_404(request, pk) -> CustomerTag:
    return get_object_or_404(CustomerTag.objects.visible_to(request.user).select_related("customer", "tag"), pk=pk)
