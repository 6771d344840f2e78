"""Show a web page on this computer alone, before the world sees it."""

import contextlib
import functools
import http.server
import threading
from pathlib import Path

from helpers import CourseError, storage, validation

_SERVERS = {}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, always fresh, and writes no log into the notebook."""

    # On Windows another program may have changed what .js means, and browsers refuse such a module.
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def log_message(self, *args):
        pass

    def handle_one_request(self):
        with contextlib.suppress(ConnectionError):  # a browser that no longer listens
            super().handle_one_request()

    def parse_request(self):
        """Answer this computer alone: a page elsewhere may have a name of its own for 127.0.0.1."""
        if not super().parse_request():
            return False
        here = {f"{name}:{self.server.server_port}" for name in ("127.0.0.1", "localhost")}
        if self.headers.get("Host", "").lower() in here:
            return True
        self.send_error(http.HTTPStatus.FORBIDDEN)
        return False

    def send_head(self):
        """Serve what lies in the folder, not what a link in it leads to; list nothing."""
        path = Path(self.translate_path(self.path)).resolve()
        path = path / "index.html" if path.is_dir() else path
        if path.is_file() and path.resolve().is_relative_to(self.directory):
            return super().send_head()
        return self.send_error(http.HTTPStatus.NOT_FOUND)

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


@validation.checked(page=validation.path)
def serve(page):
    """Serve a web page to the browsers of this computer, until the kernel stops.

    Where notebook and browser run on different computers, as on Colab, put the page on a web host instead.

    Parameters
    ----------
    page : path-like
        What `make_web_page` returned, or its folder.

    Returns
    -------
    str
        The address to open.

    Raises
    ------
    CourseError
        If there is no page.
    """
    folder = page.resolve()
    folder = storage.recovered(folder.parent if folder.suffix == ".html" else folder)
    if not (folder / "index.html").is_file():
        found = f"{folder.name} without one"
        raise CourseError("a folder with index.html", found, "Call make_web_page first.")
    if folder not in _SERVERS:
        handler = functools.partial(_Quiet, directory=str(folder))
        # Not to be reached from other computers; any free port.
        _SERVERS[folder] = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=_SERVERS[folder].serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{_SERVERS[folder].server_port}/"
