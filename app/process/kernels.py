"""Which modules have kernels that are still to be compiled, which takes longer than most work with them."""

import importlib.util
from collections.abc import Iterable, Mapping
from pathlib import Path


def cold_modules(compiling: Mapping[str, Mapping[str, float]]) -> set[str]:
    """Return the modules of a table `StageRow.compiling` whose kernels are not kept compiled.

    Parameters
    ----------
    compiling : mapping of str to mapping of str to float
        By phase, seconds of each module.
    """
    modules = {module for seconds in compiling.values() for module in seconds}
    return {module for module in modules if not _is_compiled(module)}


def seconds_to_compile(
    compiling: Mapping[str, Mapping[str, float]], cold: Iterable[str], expected: Mapping[str, float]
) -> dict[str, float]:
    """Return the processor seconds that each phase takes longer for cold modules: the first that uses one compiles it.

    Parameters
    ----------
    compiling : mapping of str to mapping of str to float
        By phase, in their order, seconds of each module.
    cold : iterable of str
        Modules that are to be compiled.
    expected : mapping of str to float
        Seconds that phases take; those that take none are not there.
    """
    left, found = set(cold), dict[str, float]()
    for phase, seconds in compiling.items():
        if not expected.get(phase):
            continue
        found[phase] = sum(seconds[module] for module in seconds if module in left)
        left -= seconds.keys()
    return found


def _is_compiled(module: str) -> bool:
    """Return whether numba has kept kernels of a module that are newer than its text; it keeps them in three places."""
    from numba import config
    from numba.misc.appdirs import AppDirs

    place = _place_of(module)
    kept = Path(config.CACHE_DIR) if config.CACHE_DIR else Path(AppDirs("numba", appauthor=False).user_cache_dir)
    folders = [] if config.CACHE_DIR else [place.parent / "__pycache__"]
    folders += [folder for folder in kept.glob(f"{place.parent.name}_*") if folder.is_dir()]
    changed = place.stat().st_mtime
    return any(index.stat().st_mtime >= changed for folder in folders for index in folder.glob(f"{place.stem}.*.nbi"))


def _place_of(module: str) -> Path:
    """Return the file of a module, which is not imported for that."""
    package, _, name = module.rpartition(".")
    found = importlib.util.find_spec(package)
    folders = None if found is None else found.submodule_search_locations
    assert folders, module
    return Path(folders[0]) / f"{name}.py"
