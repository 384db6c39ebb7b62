from django.apps import AppConfig


class BucksCsConfig(AppConfig):
    name = "bucks_cs"
    verbose_name = "People and audit"
