from django.urls import path

from . import views

app_name = "campaigns"

urlpatterns = [
    path("", views.worklist, name="worklist"),
    path("<int:pk>/", views.line, name="line"),
    path("<int:pk>/open/", views.open_line, name="open_line"),
    path("<int:pk>/work/", views.work, name="work"),
    path("outcomes/<int:pk>/undo/", views.undo, name="undo"),
]
