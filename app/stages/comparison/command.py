"""The command `budai compare`."""

import argparse
from pathlib import Path

from app.stages.row import AddCommand, given


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    compare = command("compare", _compare, "Set the codes of a table beside PCA, MDS, Isomap, LLE, t-SNE and UMAP.")
    compare.add_argument("project", metavar="P.budai", type=Path)
    compare.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for the results")
    compare.add_argument(
        "--methods",
        type=_names,
        metavar="M,M,...",
        help="which: pca, mds, isomap, lle, tsne, umap (default all that are installed)",
    )
    compare.add_argument("--seed", type=int, help="start of all random choices (default 0)")


def _names(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _compare(options: argparse.Namespace) -> int:
    from app.command_line.lock import writing_into
    from app.stages.comparison.headless import compare
    from core.embedding.compare import ComparisonOptions

    chosen = ComparisonOptions(**given(options, ("methods", "seed")))
    with writing_into(options.output, options.output / "project.budai"):
        compare(options.project, options.output, chosen)
    return 0
