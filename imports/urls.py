from django.urls import path

from . import export_views
from .views import conflicts, items, undo
from .views import wizard as views

app_name = "imports"
urlpatterns = [
    path("", views.batches, name="list"),
    path("export/", export_views.export, name="export"),
    path("items/", items.items, name="items"),
    path("items/<int:pk>/undo/", items.unmap, name="unmap"),
    path("<uuid:pk>/", views.batch, name="batch"),
    path("<uuid:pk>/columns/", views.columns, name="columns"),
    path("<uuid:pk>/read/", views.read, name="read"),
    path("<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("<uuid:pk>/abandon/", views.abandon, name="abandon"),
    path("<uuid:pk>/progress/", views.progress, name="progress"),
    path("<uuid:pk>/undo/ask/", undo.ask, name="ask_undo"),
    path("<uuid:pk>/undo/", undo.undo, name="undo"),
    path("<uuid:pk>/errors.xlsx", views.errors, name="errors"),
    path("conflicts/", conflicts.conflicts, name="conflicts"),
    path("rows/<int:pk>/decide/", conflicts.decide, name="decide"),
    path("rows/<int:pk>/take-back/", conflicts.take_back, name="take_back"),
    path("ownerless/", conflicts.ownerless, name="ownerless"),
    path("rows/<int:pk>/give/", conflicts.give, name="give"),
    path("rows/<int:pk>/drop/", conflicts.drop, name="drop"),
]
