"""Step 10: share a model - a folder with its card, exports, a web page, another backend.

All of it can be called from here; the modules of this package hold one kind each.
"""

from helpers.model_files import load_model
from helpers.sharing.backends import predict_on_backend
from helpers.sharing.bundle import Shared, load, save
from helpers.sharing.export import export_litert, export_onnx, largest_difference, predict_exported
from helpers.sharing.model_card import accuracy_sentence, model_card
from helpers.sharing.server import serve
from helpers.sharing.web_page import image_input, make_web_page

__all__ = [
    "Shared",
    "accuracy_sentence",
    "export_litert",
    "export_onnx",
    "image_input",
    "largest_difference",
    "load",
    "load_model",
    "make_web_page",
    "model_card",
    "predict_exported",
    "predict_on_backend",
    "save",
    "serve",
]
