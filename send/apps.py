from functools import partial

from django.apps import AppConfig


class SendConfig(AppConfig):
    name = "send"
    verbose_name = "SEND"

    def ready(self) -> None:
        from scorecard.deciding import approved
        from scorecard.withheld import judge

        from .sums import SUMS

        approved.connect(partial(judge, sums=SUMS), weak=False, dispatch_uid=self.name)
