import numpy as np

from tests.check_cases.forms import FUNCTION


def with_loops(scenes, train, test):
    return len([place for place in test if scenes[place] in {scenes[other] for other in train}])


CASES = {
    "leaked_photos": {
        **FUNCTION,
        "right": [
            lambda scenes, train, test: np.isin(scenes[test], scenes[train]).sum(),
            with_loops,
            lambda scenes, train, test: float(sum(scene in scenes[train] for scene in scenes[test])),
        ],
        "a share": lambda scenes, train, test: np.isin(scenes[test], scenes[train]).mean(),
        "scenes counted": lambda scenes, train, test: len({*scenes[test]} & {*scenes[train]}),
        "training photos counted": lambda scenes, train, test: np.isin(scenes[train], scenes[test]).sum(),
        "new photos counted": lambda scenes, train, test: (~np.isin(scenes[test], scenes[train])).sum(),
        "positions compared": lambda scenes, train, test: np.isin(test, train).sum(),
        "all test photos counted": lambda scenes, train, test: len(test),
        "pairs counted": lambda scenes, train, test: sum(scenes[i] == scenes[j] for i in test for j in train),
        "a number of its own": lambda scenes, train, test: 6,
    },
}
