# @title Start: finds the course's files, and installs what is missing
def start(site, version, drive="/content/drive/MyDrive"):  # noqa: C901 - one cell, for places without anything
    """Make the course's package `helpers` importable, wherever this notebook runs."""
    import hashlib
    import importlib.util
    import io
    import os
    import re
    import stat
    import sys
    import tempfile
    import urllib.request
    import zipfile
    from pathlib import Path

    class CourseNotFoundError(Exception):
        def _render_traceback_(self):
            return [f"✗ {self}"]  # the sentence alone

    def is_course(folder):
        return Path(folder, "helpers", "missing_cells.py").is_file()

    def archives(folder):
        return sorted(Path(folder).glob("cnn-course*.zip"), key=os.path.getmtime, reverse=True)

    def find():
        """Give the folder of the course, and words for it."""
        known = importlib.util.find_spec("helpers")
        if known and known.origin and is_course(Path(known.origin).parents[1]):
            return Path(known.origin).parents[1], "here"
        for folder in ("..", "course", "cnn-course"):
            if is_course(folder):
                return Path(folder), f"in the folder {folder.replace('..', 'above')}"
        for archive in archives("."):
            return unpack(archive, archive.name)
        if is_course(f"{drive}/cnn-course"):
            return Path(drive, "cnn-course"), "in the folder cnn-course of your Drive"
        for archive in archives(drive):
            return unpack(archive, f"{archive.name} in your Drive")
        if site and (content := fetch(f"{site}/cnn-course.zip")):
            return unpack(io.BytesIO(content), f"{site}/cnn-course.zip")
        if "google.colab" in sys.modules:
            from google.colab import files

            print("Choose the file cnn-course.zip on your computer:")
            for name, content in files.upload().items():
                Path(name).unlink(missing_ok=True)  # else a damaged one would be found next time
                return unpack(io.BytesIO(content), name)
        raise CourseNotFoundError(
            "The course's files are missing. Put cnn-course.zip beside this notebook and run the cell again. "
            "Or install the course with two commands: python -m zipfile -e cnn-course.zip . "
            "and python -m pip install -e ./cnn-course"
        )

    def fetch(address):
        """Download the archive; None if nothing comes."""

        def get(address):
            with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - the course's own
                return answer.read(100_000_000)

        print(f"Fetching {address}, about 65 MB ...")
        try:
            digest, content = get(f"{address}.sha256")[:64].decode(), get(address)
            if hashlib.sha256(content).hexdigest() != digest:
                raise ValueError("it arrived damaged")
        except Exception as error:  # a network fails in many ways
            return print(f"It cannot be used: {error}.")
        return content

    def unpack(archive, name):
        """Make the folder course of an archive, whole or not at all."""
        if Path("course").exists():
            raise CourseNotFoundError(
                "Something else is called course here. Rename it and run the cell again."
            )
        outside = re.compile(r"^/|[\\:]|(^|/)\.\.(/|$)")
        try:
            with tempfile.TemporaryDirectory(dir=".") as scratch, zipfile.ZipFile(archive) as packed:
                members = packed.infolist()
                if len(members) > 5_000 or sum(member.file_size for member in members) > 300_000_000:
                    raise ValueError("it is too large")
                if any(outside.search(m.filename) or stat.S_ISLNK(m.external_attr >> 16) for m in members):
                    raise ValueError("it reaches out of its folder")
                packed.extractall(scratch)
                inside = [folder for folder in Path(scratch).iterdir() if is_course(folder)]
                if not inside:
                    raise ValueError("it is another archive")
                if not is_course("course"):  # another notebook may have been quicker
                    inside[0].rename("course")
        except Exception as error:  # damaged archives raise a dozen kinds
            remedy = "Download cnn-course.zip again, then run the cell again."
            raise CourseNotFoundError(f"{name} cannot be used: {error}. {remedy}") from None
        return Path("course"), f"in the folder course, unpacked from {name}"

    course, where = find()
    print(f"✓ The course's files are {where}.")
    if where != "here":
        sys.path.insert(0, str(course.resolve()))
        sys.modules.pop("helpers", None)  # another package of that name
    found = Path(course, "VERSION")
    if found.is_file() and found.read_text(encoding="utf-8").strip() != version:
        print(f"This notebook is of another version, {version}: open the one in {course}/notebooks instead.")
    from helpers import environment

    environment.install_missing()


start(site="", version="0.1.0")
import helpers  # noqa: F401 - first of all imports: it keeps TensorFlow's start-up notes away
