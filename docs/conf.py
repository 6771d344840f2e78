"""Configuration of the web site. `tools/website.py` puts the pages together and calls Sphinx."""

import sys
from pathlib import Path

from tools.notebooks import address_and_version

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "Image classification with CNNs"
author = "the course contributors"
project_copyright = "the course contributors, text and figures CC BY 4.0, code MIT"
repository, release = address_and_version()

extensions = ["myst_nb", "course"]
exclude_patterns = ["_extensions", "_static", "_templates"]
templates_path = ["_templates"]
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["course.css", "web/explorer.css"]
html_js_files = ["course.js", ("explorers.js", {"type": "module"})]
html_use_index = False
html_copy_source = False
html_show_sourcelink = False
html_favicon = "_static/favicon.svg"
html_math_renderer = "course_mathml"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#005A8E", "color-brand-content": "#005A8E"},
    "dark_css_variables": {"color-brand-primary": "#7CC4F0", "color-brand-content": "#7CC4F0"},
    "top_of_page_buttons": [],
}

nb_execution_mode = "off"  # what is stored is shown: the tests keep it true
nb_merge_streams = True
nb_code_prompt_show = "Show the solution"
nb_code_prompt_hide = "Hide the solution"
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]
