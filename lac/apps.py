from django.apps import AppConfig


class LacConfig(AppConfig):
    name = "lac"
    verbose_name = "Looked-after children"

    def ready(self) -> None:
        from scorecard.deciding import approved

        from .withheld import judge

        approved.connect(judge)
