"""The cards of a customer on their page, and a time taken off one."""

from uuid import UUID, uuid4

from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from core.web import redirect_back, render_page, say_done
from customers import services
from customers.errors import CannotTakeBack, CannotUseCard
from customers.models import CardUse, MemberCard
from staff.access import requires
from staff.enums import Permission

from ..briefing import customer_or_404

CARD = "desk/briefing/_member_cards.html"


@require_safe
def member_cards(request, pk):
    """The card of the briefing, fetched when the page stands; blank for who has none."""
    customer = customer_or_404(request.user, pk)
    cards = list(MemberCard.objects.with_left().filter(customer=customer).order_by("-as_of", "number"))
    for card in cards:
        card.is_over, card.form_key = not card.is_valid(localdate()), uuid4()
    context = {"customer": customer, "cards": cards, "may_write": request.user.may(Permission.WRITE)}
    return render_page(
        request, "desk/briefing/form.html", CARD, context | {"title": f"{customer} 的会员卡", "part": CARD}
    )


@require_POST
@requires(Permission.WRITE)
def use_card(request, pk):
    card = get_object_or_404(MemberCard, pk=pk)
    customer = customer_or_404(request.user, card.customer_id)
    key = _key(request)
    if key is None:
        return HttpResponseBadRequest("请回到客户页面再划一次")
    try:
        use = services.use_card(card, key=key, by=request.user, now=timezone.now())
    except CannotUseCard as refusal:
        say_done(request, str(refusal))
    else:
        undo = f"{reverse('desk:take_back_use', args=[use.pk])}?key={uuid4()}"
        say_done(request, f"{card.kind or '会员卡'} {card.number} 划了 1 次。", undo_url=undo)
    return redirect_back(request, customer)


@require_POST
@requires(Permission.WRITE)
def take_back_use(request, pk):
    use = get_object_or_404(CardUse.objects.select_related("card"), pk=pk)
    customer = customer_or_404(request.user, use.card.customer_id)
    key = _key(request)
    if key is None:
        return HttpResponseBadRequest("请回到客户页面再撤销一次")
    try:
        services.take_back_use(use, key=key, by=request.user, now=timezone.now())
    except CannotTakeBack as refusal:
        say_done(request, str(refusal))
    else:
        say_done(request, "已撤销，次数还给客户了。")
    return redirect_back(request, customer)


def _key(request) -> UUID | None:
    """The key made with the form: sending it again does nothing more."""
    try:
        return UUID(request.POST.get("key") or request.GET.get("key", ""))
    except ValueError:
        return None
