"""Where every page lives."""

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.urls import include, path

from staff.views import Login

urlpatterns = [
    path("login/", Login.as_view(), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("todo/", include("campaigns.urls")),
    path("imports/", include("imports.urls")),
    path("", include("desk.urls")),
]

if settings.DEBUG:
    urlpatterns.append(path("gallery/", include("core.urls")))
