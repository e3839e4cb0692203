"""触达: what goes out in the coming time, and why. Pages of managers, one module of `views` per tab."""

app_name = "touches"

urlpatterns: list = []
