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
}
