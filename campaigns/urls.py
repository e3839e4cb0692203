from django.urls import path

from .views import worklist

app_name = "campaigns"

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("<int:pk>/", worklist.line, name="line"),
    path("<int:pk>/open/", worklist.open_line, name="open_line"),
    path("<int:pk>/work/", worklist.work, name="work"),
    path("outcomes/<int:pk>/undo/", worklist.undo, name="undo"),
]
