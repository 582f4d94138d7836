"""How wide the networks of the charts of an atlas are."""

from core.training.options import TrainingOptions

_WIDTHS = ((2, 128), (6, 96), (48, 64), (1 << 30, 48))
"""Width of the three hidden layers of a chart's networks, by the number of charts up to which it is taken."""


def atlas_widths(options: TrainingOptions, n_charts: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the hidden widths of encoder and decoder of each chart: those asked for, else by the number of charts."""
    width = next(width for most, width in _WIDTHS if n_charts <= most)
    usual = (width,) * 3 if options.preset == "default" else ()
    return options.encoder or usual or options.encoder_widths, options.decoder or usual or options.decoder_widths
