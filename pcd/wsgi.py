"""The entry point of a web process: it refuses to start as a role that could pass the wall."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pcd.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - what follows needs the apps that the line above has loaded
from django.db import connection  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from pcd.database.wall import refuse_a_wrong_start  # noqa: E402

refuse_a_wrong_start(connection, needs_part2_keys=settings.SITE == "staff")

# What starting has made stays for ever. Left among what is collected, all of it would be walked over every few pages,
# each time for a tenth of a second.
get_resolver().url_patterns  # noqa: B018 - views are imported with the addresses, else with the first page
gc.collect()
gc.freeze()
