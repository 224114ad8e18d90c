"""The settings of the tests: the staff site of the tests' own cluster, in an environment made here."""

import os

from tests import rig

os.environ.update(rig.environment())

from pcd.settings import *  # noqa: F403 - the environment had to be made first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hundreds of made-up people sign in
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # otherwise every test client would look through all static files
