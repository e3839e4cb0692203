"""员工: who works here, and what managers do about it. Whom one may not manage does not exist."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import render_form, say_done

from .. import services
from ..access import requires, requires_password
from ..enums import Action, Permission
from ..errors import LastOwner
from ..forms.people import NewPersonForm, PersonForm, StoreForm
from ..models import AuditEntry, DeskDevice, Store, User


def person_or_404(user, pk) -> User:
    """A colleague whom `user` may manage."""
    return get_object_or_404(User.objects.manageable_by(user), pk=pk)


@require_safe
@requires(Permission.MANAGE_STAFF)
def people(request):
    """Everybody of the stores one sees, their stores, and the desks they share."""
    desks = DeskDevice.objects.visible_to(request.user).trusted(timezone.now())
    context = {
        "people": User.objects.visible_to(request.user).for_people_page(localdate()),
        "manageable": set(User.objects.manageable_by(request.user).values_list("pk", flat=True)),
        "desks": desks.select_related("store", "enrolled_by"),
        "stores": Store.objects.visible_to(request.user),
    }
    return render(request, "staff/people.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
@requires_password
def add_person(request):
    form = NewPersonForm(request.POST or None, by=request.user)
    if form.is_valid():
        person, password = services.hire(by=request.user, **form.cleaned_data)
        return render(request, "staff/start_password.html", {"person": person, "password": password, "is_new": True})
    return render_form(request, "staff/person.html", {"form": form})


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
@requires_password
def edit_person(request, pk):
    person = person_or_404(request.user, pk)
    form = PersonForm(request.POST or None, instance=person, by=request.user)
    if form.is_valid():
        try:
            changed = services.change_person(person, by=request.user, **form.cleaned_data)
        except LastOwner as refusal:
            form.add_error("role", str(refusal))
        else:
            say_done(request, f"{person}的资料已保存。", undo_url=_undo_url(person) if changed else "")
            return redirect("staff:people")
    return render_form(request, "staff/person.html", {"form": form, "person": User.objects.get(pk=person.pk)})


def _undo_url(person) -> str:
    entry = AuditEntry.objects.about(person, Action.CHANGE_STAFF).latest("pk")
    moved = entry.facts["before"] != entry.facts["after"]
    return reverse("staff:take_back", args=[entry.pk]) if moved else ""


@require_POST
@requires(Permission.MANAGE_STAFF)
@requires_password
def take_back(request, pk):
    """Undo one's own change of somebody's role or store."""
    entry = get_object_or_404(AuditEntry, pk=pk, by=request.user, action=Action.CHANGE_STAFF)
    person = person_or_404(request.user, entry.subject_id)
    if services.take_back(entry, by=request.user):
        say_done(request, f"已撤销，{person}的岗位和门店和原来一样。")
    return redirect("staff:people")


@require_POST
@requires(Permission.MANAGE_STAFF)
@requires_password
def enable(request, pk):
    person = person_or_404(request.user, pk)
    if services.enable(person, by=request.user):
        say_done(request, f"{person}又可以登录了，密码和原来一样。")
    return redirect("staff:people")


@require_POST
@requires(Permission.MANAGE_STAFF)
@requires_password
def reset_password(request, pk):
    person = person_or_404(request.user, pk)
    password = services.reset_password(person, by=request.user)
    return render(request, "staff/start_password.html", {"person": person, "password": password})


@require_POST
@requires(Permission.MANAGE_STAFF)
@requires_password
def clear_pin(request, pk):
    person = person_or_404(request.user, pk)
    if services.clear_pin(person, by=request.user):
        say_done(request, f"{person}的快捷码已清除，本人用密码登录后可以再设。")
    return redirect("staff:people")


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_STORES)
@requires_password
def edit_store(request, pk):
    store = get_object_or_404(Store.objects.visible_to(request.user), pk=pk)
    form = StoreForm(request.POST or None, instance=store)
    if form.is_valid():
        services.change_store(store, by=request.user, **form.cleaned_data)
        say_done(request, f"{store}的资料已保存。")
        return redirect("staff:people")
    return render_form(request, "staff/store.html", {"form": form, "store": Store.objects.get(pk=store.pk)})
