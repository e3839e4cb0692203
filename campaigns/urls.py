from django.urls import path

from .views import coach, drive, postings, worklist

app_name = "campaigns"

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("<int:pk>/open/", worklist.open_line, name="open_line"),
    path("<int:pk>/hold/", worklist.hold_line, name="hold_line"),
    path("<int:pk>/close/", worklist.close_line, name="close_line"),
    path("<int:pk>/work/", worklist.work, name="work"),
    path("outcomes/<int:pk>/rate/", worklist.rate, name="rate"),
    path("coach/", coach.coach, name="coach"),
    path("coach/lines/", coach.coach_lines, name="coach_lines"),
    path("coach/without-next/", coach.without_next, name="without_next"),
    path("drive/", drive.drive, name="drive"),
    path("drive/start/", drive.start, name="start_drive"),
    path("drive/bar/", drive.drive_bar, name="drive_bar"),
    path("drive/<int:pk>/people/", drive.drive_people, name="drive_people"),
    path("drive/<int:pk>/end/", drive.end, name="end_drive"),
    path("postings/", postings.postings, name="postings"),
    path("postings/<int:pk>/sent/", postings.posted, name="posted"),
    path("postings/<int:pk>/not-sent/", postings.not_posted, name="not_posted"),
    path("outcomes/<int:pk>/undo/", worklist.undo, name="undo"),
]
