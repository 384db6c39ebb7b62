from django.apps import AppConfig


class SendConfig(AppConfig):
    name = "send"
    verbose_name = "SEND"
