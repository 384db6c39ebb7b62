"""Files of returns, typed or invented, for the tests."""

from __future__ import annotations

from functools import cache

from lac import files, invented
from lac.files import Tables

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
)
A_HEADER = "A,1,01/06/2010,WBRI,UN1,,"
AN_EPISODE = "A,05/05/2023,S,C2,N1,U4,PR1,,,,ZZ1 1AA,ZZ1 1AB,XXXXXXX"


def csv(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def a_return(
    episodes: list[str] | None = None, header: list[str] | None = None, **others: list[str]
) -> dict[str, bytes]:
    """Header and episodes of child A, or as given; and other files, with their headings."""
    return {
        "Header.csv": csv(HEADER, *(header or [A_HEADER])),
        "Episodes.csv": csv(EPISODES, *([AN_EPISODE] if episodes is None else episodes)),
        **{f"{kind}.csv": csv(*lines) for kind, lines in others.items()},
    }


@cache
def invented_files(seed: int = 7, years: int = 3, looked_after: int = 40) -> dict[str, bytes]:
    return invented.files(invented.County(seed=seed, years=years, looked_after=looked_after))


def invented_returns(**county: int) -> list[Tables]:
    """The returns of an invented county, by year."""
    folders: dict[str, dict[str, bytes]] = {}
    for path, content in invented_files(**county).items():
        folder, _, name = path.rpartition("/")
        if folder:
            folders.setdefault(folder, {})[name] = content
    return [files.read(contents, folder) for folder, contents in sorted(folders.items())]
