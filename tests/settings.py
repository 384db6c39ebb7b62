"""The product's settings, in an environment of the tests' own: the stores come from the caller's
environment, files go to a folder that is thrown away."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "of the tests, and nothing else: forty letters and more")
os.environ.setdefault("DEMONSTRATION", "1")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="scorecard-tests-"))
os.environ.setdefault("API_RATE", "100000/minute")

from bucks_cs.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
