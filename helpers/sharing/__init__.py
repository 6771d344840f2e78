"""Step 10: share a model - a folder with its card, exports, a web page, another backend."""

from helpers.model_files import load_model
from helpers.sharing.backends import predict_on_backend
from helpers.sharing.bundle import load, save
from helpers.sharing.export import export_litert, export_onnx, largest_difference, predict_exported
from helpers.sharing.model_card import accuracy_sentence
from helpers.sharing.server import serve
from helpers.sharing.web_page import image_input, make_web_page
