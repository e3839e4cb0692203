"""Where every page lives."""

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.urls import include, path

from campaigns.views.receipts import receive
from desk.views.health import livez, readyz
from staff.views.login import Login

urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("login/", Login.as_view(), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    # What is asked for all day comes first: Django tries the routes one after the other.
    path("", include("desk.urls")),
    path("", include("staff.urls")),
    path("todo/", include("campaigns.urls")),
    path("receipts/<slug:name>/<str:token>/<slug:what>/", receive, name="receipts"),
    path("touches/", include("campaigns.touch_urls")),
    path("imports/", include("imports.urls")),
    path("", include("referrals.urls")),
]

handler500 = "core.web.server_error"

if settings.DEBUG:
    urlpatterns.append(path("gallery/", include("core.urls")))
