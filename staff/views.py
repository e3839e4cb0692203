from django.contrib.auth.views import LoginView

from .forms import LoginForm


class Login(LoginView):
    """Django's login; a refused one answers 422 like every refused form."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)
