"""The one-way import graph, and the purity of the pure rooms."""

from importlinter.cli import lint_imports


def test_every_import_contract_holds() -> None:
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0
