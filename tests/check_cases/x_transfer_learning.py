import numpy as np

from tests.check_cases.forms import answers

CASES = {
    "feature_layer": {
        "right": ["avg_pool", " dropout"],
        "not a name": 70,
        "a name that no layer has": "flatten",
        "the probabilities taken for features": "predictions",
        "the last feature maps taken for a vector": "head_relu",
        "a layer in the middle": "block6d_add",
        "a layer at the beginning": "stem_conv",
    },
    "trained_numbers": {
        "right": [8967, answers(n=8967.0), np.int64(8967)],
        "the biases forgotten": 8960,
        "one bias for all": 8961,
        "one class only": 1281,
        "the probabilities of ImageNet taken for features": 7007,
        "the whole network counted": 4_694_024,
        "any other number": 7,
    },
}
