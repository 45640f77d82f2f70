"""The application that a web server runs; the home is named by the environment."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.office.settings")

application = get_wsgi_application()
