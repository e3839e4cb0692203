"""Closing a view to those whose role may not use it. A missing right is 404: what one may not see does not exist."""

from functools import wraps

from django.http import Http404


def requires(permission):
    """Decorator: the view exists only for users who may `permission`."""

    def wrap(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.may(permission):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return wrap
