"""People and their doors."""

from django.urls import path

from .views import account, login, people

app_name = "staff"

urlpatterns = [
    path("login/switch/", login.switch_person, name="switch"),
    path("login/lock/", login.lock, name="lock"),
    path("account/confirm/", account.confirm, name="confirm"),
    path("account/password/", account.password, name="password"),
    path("account/pin/", account.pin, name="pin"),
    path("account/pin/drop/", account.drop_pin, name="drop_pin"),
    path("account/desk/", account.share_desk, name="share_desk"),
    path("desks/<int:pk>/revoke/", account.revoke_desk, name="revoke_desk"),
    path("staff/", people.people, name="people"),
    path("staff/add/", people.add_person, name="add_person"),
    path("staff/<int:pk>/", people.edit_person, name="edit_person"),
    path("staff/<int:pk>/enable/", people.enable, name="enable"),
    path("staff/<int:pk>/reset-password/", people.reset_password, name="reset_password"),
    path("staff/<int:pk>/clear-pin/", people.clear_pin, name="clear_pin"),
    path("staff/changes/<int:pk>/take-back/", people.take_back, name="take_back"),
    path("stores/<int:pk>/edit/", people.edit_store, name="edit_store"),
]
