from django.urls import path

from . import export_views, views

app_name = "imports"
urlpatterns = [
    path("", views.batches, name="list"),
    path("export/", export_views.export, name="export"),
    path("items/", views.items, name="items"),
    path("<uuid:pk>/", views.batch, name="batch"),
    path("<uuid:pk>/columns/", views.columns, name="columns"),
    path("<uuid:pk>/read/", views.read, name="read"),
    path("<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("<uuid:pk>/abandon/", views.abandon, name="abandon"),
    path("<uuid:pk>/progress/", views.progress, name="progress"),
    path("<uuid:pk>/errors.xlsx", views.errors, name="errors"),
    path("rows/<int:pk>/settle/", views.settle, name="settle"),
]
