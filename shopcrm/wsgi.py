import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcrm.settings")
os.environ.setdefault("PROCESS", "web")  # the settings then bound how long a statement may keep a page waiting

application = get_wsgi_application()
