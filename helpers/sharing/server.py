"""Show a web page on this computer alone, before the world sees it."""

import functools
import http.server
import threading

from helpers import CourseError, storage, validation

_SERVERS = {}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, always fresh, and writes no log into the notebook."""

    # On Windows another program may have changed what .js means, and browsers refuse such a module.
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def log_message(self, *args):
        pass

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
