"""The product's settings, in an environment of the tests' own: the stores come from the caller's
environment, files go to a folder that is thrown away. Where the suite runs in several processes
each has its own (pytest-django gives each its own database)."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "of the tests, and nothing else: forty letters and more")
os.environ.setdefault("DEMONSTRATION", "1")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="scorecard-tests-"))
os.environ.setdefault("API_RATE", "100000/minute")

# What a test starts has these settings too: what is said twice must come to the same.
of_process = os.environ.get("PYTEST_XDIST_WORKER", "")
if of_process and Path(os.environ["VAR_DIR"]).name != of_process:
    os.environ["VAR_DIR"] += f"/{of_process}"
if of_process == "gw1" and os.environ.get("REDIS_URL"):
    # The first has the caller's; 11, 12 and 14 are taken by what the tests start.
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/13"

from bucks_cs.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
