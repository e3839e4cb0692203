from django.urls import path

from . import views

app_name = "core"

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("search/", views.gallery_search, name="gallery-search"),
]
