"""The guide to a classroom server, followed to the letter: six learners do episode 1 on one JupyterHub.

Installs the course and a hub from the package registries, which takes minutes: `make test-hub` (Linux).
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest
import requests
import websocket

from helpers import storage
from tools import editions, learners

GUIDE = (storage.ROOT / "docs" / "teach" / "classroom-server.md").read_text(encoding="utf-8")
NAMES = ["ana", "ben", "chloe", "dev", "eve", "finn"]
NOTEBOOK = "cnn-notebooks/01-introduction.ipynb"
HEADERS = {"msg_type": "execute_request", "username": "", "version": "5.4"}
ASKED = {"silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}


def block(beginning, place):
    """Find the code block of the guide that begins with a line, with our folders in place of its own."""
    code = re.search(rf"^```\w+\n({re.escape(beginning)}.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)[1]
    return code.replace("/srv", str(place)).replace("ADDRESS", str(storage.ROOT))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def own_lines(place, key):
    """Configure what belongs to this test: a way in for programs, homes and ports that nobody else has."""
    hub, proxy, api = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
    scopes = ["admin:users", "admin:servers", "tokens"]
    lines = [
        f'c.JupyterHub.services = [{{"name": "test", "api_token": "{key}"}}]',
        f'c.JupyterHub.load_roles = [{{"name": "test", "scopes": {scopes}, "services": ["test"]}}]',
        f'c.JupyterHub.bind_url, c.JupyterHub.hub_bind_url = "{hub}", "{proxy}"',
        f'c.ConfigurableHTTPProxy.api_url = "{api}"',
        f'c.SimpleLocalProcessSpawner.home_dir_template = "{place}/home/{{username}}"',
        f"c.Spawner.args = {['--allow-root'] if os.geteuid() == 0 else []}",
    ]
    return hub, "\n".join(lines)


@contextlib.contextmanager
def running_hub(place):
    """Follow the guide in a folder until a hub runs: its address, and a key to its API."""
    course, key = place / "cnn-course", secrets.token_hex(16)
    # Without PYTHONPATH, which watches over the network in tests, and would show the course to the kernels.
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    own["PATH"] = f"{place}/hub/bin:{place}/hub/node_modules/.bin:{own['PATH']}"
    script = "set -e\n" + block("python3 -m venv", place) + block("git clone", place)
    subprocess.run(["sh", "-c", script], check=True, env=own, cwd=place)
    start = course / "start-learner"
    start.write_text(block("#!/bin/sh", place), encoding="utf-8")
    start.chmod(0o755)
    settings = course / ".venv/etc/jupyter/jupyter_server_config.py"
    settings.write_text(block("c.MappingKernelManager", place), encoding="utf-8")
    address, lines = own_lines(place, key)
    guided = block("# jupyterhub_config.py", place) + block("# trial.py", place)
    (place / "hub/jupyterhub_config.py").write_text(guided + lines, encoding="utf-8")
    command = block("jupyterhub\n", place).split()
    with (place / "hub.log").open("w", encoding="utf-8") as log:
        hub = subprocess.Popen(command, cwd=place / "hub", env=own, stdout=log, stderr=subprocess.STDOUT)
    try:
        until(lambda: requests.get(f"{address}/hub/api", timeout=5).ok, place / "hub.log")
        yield address, key
    finally:
        hub.terminate()  # it ends its learners' servers, too
        hub.wait(60)


def until(done, log):
    """Wait until something is done, two minutes at most."""
    for _ in range(240):
        with contextlib.suppress(requests.ConnectionError):
            if done():
                return
        time.sleep(0.5)
    raise TimeoutError(log.read_text(encoding="utf-8"))


def asked(method, address, key, **more):
    """Ask an API; a refusal is an error."""
    answer = requests.request(method, address, headers={"Authorization": f"token {key}"}, timeout=60, **more)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def log_in(hub, key, name, place):
    """Start a learner's server, and return its address, with a key that opens no other."""
    api = f"{hub}/hub/api/users/{name}"
    asked("POST", api, key)
    asked("POST", f"{api}/server", key)
    until(lambda: asked("GET", api, key)["servers"].get("", {}).get("ready"), place / "hub.log")
    return f"{hub}/user/{name}", asked("POST", f"{api}/tokens", key, json={})["token"]


def run(address, key, cells):
    """Run cells in a notebook's kernel, as JupyterLab does; return what each printed."""
    notebook = {"path": NOTEBOOK, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    kernel = asked("POST", f"{address}/api/sessions", key, json=notebook)["kernel"]["id"]
    channels = f"{address.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
    session = uuid.uuid4().hex
    line = websocket.create_connection(
        f"{channels}?session_id={session}", header=[f"Authorization: token {key}"], timeout=learners.PATIENCE
    )
    with contextlib.closing(line):
        return [run_cell(line, session, cell) for cell in cells]


def run_cell(line, session, code):
    message = {"header": HEADERS | {"msg_id": uuid.uuid4().hex, "session": session}, "channel": "shell"}
    message |= {"parent_header": {}, "metadata": {}, "content": ASKED | {"code": code}}
    line.send(json.dumps(message))
    printed, waits_for = "", {"execute_reply", "idle"}
    while waits_for:
        answer = json.loads(line.recv())
        if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        content = answer["content"]
        assert content.get("status") != "error", "\n".join(content["traceback"])
        printed += content["text"] if content.get("name") == "stdout" else ""
        waits_for -= {answer["msg_type"], content.get("execution_state")}
    return printed


def core_of(address, key, number):
    """Read the code of the core from a learner's own copy; each learner has another seed."""
    copy = asked("GET", f"{address}/api/contents/{NOTEBOOK}", key)["content"]
    cells = editions.core_edition(nbformat.from_dict(copy)).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    return [source.replace("set_random_seed(2)", f"set_random_seed({number})") for source in code]


class Memory(threading.Thread):
    """Look every second at what each learner's server and kernel take: MB, shared pages divided."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen, self.ended = [], threading.Event()

    def run(self):
        while not self.ended.wait(1):
            used = dict.fromkeys(NAMES, 0)
            for process in psutil.process_iter():
                with contextlib.suppress(psutil.Error):
                    name = process.environ().get("JUPYTERHUB_USER")
                    if name in used:
                        used[name] += process.memory_full_info().pss / 1e6
            self.seen.append(used)

    def told(self):
        """Say how much a learner took at most, and all of them together."""
        most = [max(used[name] for used in self.seen) for name in NAMES]
        together = max(sum(used.values()) for used in self.seen)
        typical = statistics.median(most)
        return f"{typical:.0f} MB per learner (largest {max(most):.0f}), {together:.0f} MB together"


def contents(folder):
    """What the course holds, by content; Python's own caches do not count."""
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path: hashlib.file_digest(path.open("rb"), "md5").digest() for path in files}


@pytest.mark.hub
@pytest.mark.slow
def test_six_learners_do_episode_1_on_a_hub_and_their_files_stay_apart():
    with tempfile.TemporaryDirectory(prefix="hub-") as folder, running_hub(Path(folder)) as (hub, key):
        place, before = Path(folder), contents(Path(folder) / "cnn-course")
        servers = [log_in(hub, key, name, place) for name in NAMES]
        refused = requests.get(
            f"{servers[0][0]}/api/contents", headers={"Authorization": f"token {servers[1][1]}"}, timeout=60
        )
        assert refused.status_code == 403, "Ben reads Ana's files"
        memory, begin = Memory(), time.monotonic()
        memory.start()
        with ThreadPoolExecutor(len(NAMES)) as pool:
            printed = [*pool.map(lambda n: run(*servers[n], core_of(*servers[n], n)), range(len(NAMES)))]
        memory.ended.set()
        minutes = (time.monotonic() - begin) / 60
        print(f"{len(NAMES)} learners, {minutes:.1f} minutes: {memory.told()}; {os.cpu_count()} cores")
        assert all("test accuracy: 0." in "".join(one) for one in printed)
        fits = [place / "home" / name / "cnn-course/fit_outputs/model_intro.keras" for name in NAMES]
        assert len({fit.read_bytes() for fit in fits}) == len(NAMES), "each has a fit of their own"
        assert contents(place / "cnn-course") == before, "a learner wrote into the course that all share"


def test_every_block_of_the_guide_is_followed():
    beginnings = ["python3 -m venv", "# trial.py", "git clone", "#!/bin/sh", "# jupyterhub_config.py"]
    beginnings += ["jupyterhub\n", "c.MappingKernelManager"]
    used = {block(beginning, "/srv") for beginning in beginnings}
    every = re.findall(r"^```\w+\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    assert used == {code.replace("ADDRESS", str(storage.ROOT)) for code in every}
