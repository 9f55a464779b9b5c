"""The runs whose tables are committed."""

import dataclasses
import functools
import json
from pathlib import Path

import pandas

TABLES = Path(__file__).resolve().parents[2] / "docs" / "reproduction"

RANDOM = "random"


@dataclasses.dataclass
class Run:
    """A directory of tables that a run left behind."""

    path: Path
    options: dict

    @property
    def seed(self):
        return self.options["seed"]

    @property
    def rate(self):
        return self.options["learning_rate"]

    @functools.cached_property
    def init(self):
        return str(self.table("layers").init[0])

    @functools.cache  # noqa: B019, as many as there are runs
    def table(self, name):
        return pandas.read_csv(self.path / f"{name}.csv")

    def __hash__(self):
        return hash(self.path)

    def mean(self, column, first, last):
        """Over epochs."""
        table = self.table("metrics")
        return table[table.epoch.between(first, last)][column].mean()

    def quality(self, column, epoch):
        table = self.table("quality").set_index("epoch")
        return table.loc[epoch, column]

    def layers(self, column, epoch, network="classifier"):
        """Of the hidden layers."""
        table = self.table("layers")
        table = table[(table.network == network) & (table.epoch == epoch)]
        return table.sort_values("layer")[column].to_numpy()[:-1]


@functools.cache
def runs(part):
    """Those of a part whose tables are there, by seed."""
    found = []
    for config in sorted(TABLES.glob(f"{part}/*/config.json")):
        found.append(Run(config.parent, json.loads(config.read_text())["experiment"]))
    return sorted(found, key=lambda run: run.seed)


def of(part, init):
    return {run.seed: run for run in runs(part) if run.init == init}
