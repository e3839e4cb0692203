"""A customer's wallet: at the desk on paper, and on their own phone behind a question."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.addresses import client_block
from core.limits import is_used_up, is_within
from core.public import gone, has_public_pages, public_address, public_page, wait
from core.web import client_address, redirect_to
from customers.models import Customer
from staff.access import requires
from staff.enums import Permission

from ..enums import WALLET, WalletWish
from ..errors import ReferralError
from ..forms.wallet import TailForm
from ..models import WalletLink
from ..own_page import wallet_of
from ..services import answer, grant_wish, is_proved, proof_of, share_wallet, unshare_wallet
from ..services.giving import is_of_unit
from .acting import customer_or_404

# Wrong answers from one address, whatever the link: a whole shop behind one address still mistypes now and then.
MOST_WRONG_PER_ADDRESS, WINDOW = 20, 3600


def _sheet(request, customer, **bound):
    context = {"customer": customer, "is_unit": is_of_unit(customer), "link": WalletLink.objects.newest_of(customer)}
    if not context["is_unit"]:
        context |= {"wallet": wallet_of(customer, today=timezone.localdate()), "can_share": has_public_pages()}
    return render(request, "referrals/wallet.html", context | bound)


@require_safe
def wallet_sheet(request, pk):
    return _sheet(request, customer_or_404(request, pk))


@require_POST
@requires(Permission.SERVE)
def share(request, pk):
    customer = customer_or_404(request, pk)
    if not has_public_pages() or customer.ended_at:
        messages.error(request, "现在发不了链接，请打印给客户。")
        return redirect_to(request, "referrals:wallet_sheet", pk)
    try:
        secret = share_wallet(customer, by=request.user, now=timezone.now())
    except ReferralError as refusal:
        messages.error(request, str(refusal))
        return redirect_to(request, "referrals:wallet_sheet", pk)
    return _sheet(request, customer, address=public_address("referrals:wallet", secret))


@require_POST
@requires(Permission.SERVE)
def unshare(request, pk):
    if unshare_wallet(customer_or_404(request, pk), by=request.user, now=timezone.now()):
        messages.success(request, "链接已作废，客户打不开了。")
    return redirect_to(request, "referrals:wallet_sheet", pk)


def _customer(found):
    customer = get_object_or_404(Customer.objects.filter(ended_at__isnull=True), pk=found.subject_id)
    if is_of_unit(customer):
        raise Http404
    return customer


def _question(request, form, *, words=""):
    asked = form.is_bound or words
    context = {"form": form, "words": words, "token": request.resolver_match.kwargs["token"]}
    return render(request, "public/wallet_question.html", context, status=422 if asked else 200)


def _wallet(request, found, customer, *, done=""):
    context = {
        "wallet": wallet_of(customer, today=timezone.localdate()),
        "token": request.resolver_match.kwargs["token"],
        "proof": proof_of(found),
        "done": done,
    }
    return render(request, "public/wallet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@public_page(WALLET)
def wallet(request, found):
    """Looking asks; the right last digits show it. Nothing is kept in the browser: what is shown is the answer."""
    customer = _customer(found)
    if request.method != "POST":
        return _question(request, TailForm())
    wrong = f"{WALLET}:wrong:{client_block(client_address(request)) or '-'}"
    if is_used_up(wrong, most=MOST_WRONG_PER_ADDRESS):
        return wait(request)
    form = TailForm(request.POST)
    if not form.is_valid():
        return _question(request, form)
    if answer(found, customer, form.cleaned_data["tail"], now=timezone.now()):
        return _wallet(request, found, customer)
    is_within(wrong, most=MOST_WRONG_PER_ADDRESS, seconds=WINDOW)
    if WalletLink.objects.get(token=found).locked_at:
        return gone(request)
    form.add_error("tail", "不对，请再看一眼")
    return _question(request, form)


@require_POST
@public_page(WALLET)
def stop(request, found):
    """What the customer wants no more of, by the page that was shown to them a few minutes ago."""
    customer, wish = _customer(found), request.POST.get("wish")
    if wish not in WalletWish.values:
        raise Http404
    if not is_proved(found, request.POST.get("proof", "")):
        return _question(request, TailForm(), words="页面放久了，还没有改。请再填一次后四位")
    grant_wish(customer, WalletWish(wish))
    customer.refresh_from_db()
    return _wallet(request, found, customer, done=wish)
