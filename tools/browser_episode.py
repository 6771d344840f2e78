"""What the page docs/browser.md needs beside its scripts: a sheet of images, and the exercises as data."""

import base64
import hashlib
import json
import re

import numpy as np
from PIL import Image

from helpers import quiz
from helpers.data import CLASS_NAMES, SIDE, load_cifar10
from helpers.exercises import statements
from tools import shared

EPISODE = "01-introduction"
N_TRAIN, N_VALIDATION, COLUMNS = 2000, 500, 50


def add(folder):
    """Complete the page in the folder of the site's sources."""
    scripts = folder / "_static" / "browser"
    images, labels = chosen()
    sheet = _sheet(images)
    sheet.save(scripts / "images.webp", lossless=True, quality=100, method=4)
    facts = {"classes": CLASS_NAMES, "labels": "".join(map(str, labels)), "n_train": N_TRAIN}
    facts |= {"columns": COLUMNS, "exercises": exercises()}
    shared.write_text(scripts / "course.json", json.dumps(facts, ensure_ascii=False))
    questions = quiz._as_html(quiz.show(EPISODE).questions)
    size = f"{(scripts / 'images.webp').stat().st_size / 1e6:.1f}"
    return {"<!-- the quiz of episode 1 -->": questions, "<!-- megabytes -->": size}


def chosen():
    """Take training images of the course; those for validation are others. The test set stays closed."""
    (images, labels), _ = load_cifar10()
    n_images = N_TRAIN + N_VALIDATION
    return images[:n_images], labels[:n_images, 0]


def _sheet(images):
    rows = images.reshape(-1, COLUMNS, SIDE, SIDE, 3).swapaxes(1, 2)  # rows, 32, columns, 32, 3
    return Image.fromarray(np.ascontiguousarray(rows).reshape(-1, COLUMNS * SIDE, 3))


def exercises():
    """Give the exercises of the episode that are data, as they stand in notebooks/exercises."""
    found = {}
    for name, written in statements.load().items():
        if written.notebook == EPISODE:
            kind = "numbers" if written.numbers else "statements"
            found[name] = {
                "praise": written.praise,
                kind: [entry._asdict() for entry in getattr(written, kind)],
            }
    return found


def restrict(page):
    """Let the finished page load only what lies beside it, and run no script in it but the theme's line."""
    html = page.read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in inline]
    scripts = " ".join(["script-src 'self'", *(f"'sha256-{digest}'" for digest in digests)])
    policy = (
        f"default-src 'self'; {scripts}; worker-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'"
    )
    meta = f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">'
    shared.write_text(page, html.replace("<head>", meta, 1))
