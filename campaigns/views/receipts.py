"""Where providers post receipts and replies: a secret in the address stands in for login and form token."""

import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..channels import channel_named
from ..services import receive_replies, receive_reports

MOST_BYTES = 256 * 1024
HEAR = {"reports": receive_reports, "replies": receive_replies}


@csrf_exempt
@login_not_required
@require_POST
def receive(request, name, token, what):
    channel = channel_named(name)
    known = settings.RECEIPT_TOKEN and constant_time_compare(token, settings.RECEIPT_TOKEN)
    if not (known and channel and channel.posts and what in HEAR):
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        HEAR[what](channel, json.loads(request.body), now=timezone.now())
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    return JsonResponse(channel.thanks())
