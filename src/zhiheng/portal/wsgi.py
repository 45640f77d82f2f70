"""The application that a web server runs; the home is named by the environment."""

from __future__ import annotations

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from zhiheng.indicators.indicators import ALL
from zhiheng.subjects.names import normalise_name

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.office.settings")

application = get_wsgi_application()

# What was loaded stays for the life of the process. Looking through all of it for garbage would
# hold up whoever asks just then for a fifth of a second.
import_module(settings.ROOT_URLCONF)
# So would writing a declaration as SQL, or loading the tables of characters, at the first page that
# needs it.
for indicator in ALL.values():
    assert indicator.conditions is not None
normalise_name("衡")
gc.collect()
gc.freeze()
