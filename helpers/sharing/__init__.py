"""Step 10: share a model - a folder with its card, exports, a web page, another backend."""

from helpers.model_files import load_model
from helpers.sharing.bundle import save
from helpers.sharing.export import export_litert, export_onnx
from helpers.sharing.model_card import model_card
from helpers.sharing.runtimes import largest_difference, predict_exported, predict_on_backend
from helpers.sharing.server import serve
from helpers.sharing.web_page import image_input, make_web_page
