"""Which charts of an atlas learn more often: those that have most of the error."""

from typing import NamedTuple

import torch

from core.training.networks.tensors import integers

AT = (0.15, 0.45, 0.7)
"""Where in the schedule turns are dealt out anew."""
_POWER = 0.45
"""Power of a chart's share in the squared error that its number of steps grows with. If the squared error of a chart
falls with the power -q of its steps, the sum falls fastest with 1 / (1 + q); seen were q from 0.9 to 1.5."""
_OFTEN = 0.8
"""Part of the charts below which one learns less often than at every step."""
_RAREST = 3
"""A chart learns at every step, every second, every fourth, ... of which this is the power of two at most."""


class Turns(NamedTuple):
    """The order of the charts, and how often each learns.

    Parameters
    ----------
    order : (K,) int64 tensor
        Charts, those that learn most often first.
    periods : list of int
        Every how many steps each of them learns, in this order: powers of two, ascending.
    """

    order: torch.Tensor
    periods: list[int]


def equal_turns(n: int) -> Turns:
    """Return the turns by which all charts learn at every step."""
    return Turns(torch.arange(n), [1] * n)


def turns(errors: torch.Tensor) -> Turns:
    """Return turns by which charts of large error learn more often.

    Parameters
    ----------
    errors : (K,) tensor
        Squared error of each chart times its area.
    """
    wanted = errors.clamp_min(1e-30).log2() * _POWER
    often = wanted.quantile(_OFTEN)
    level = (often - wanted).round().clamp(0, _RAREST).long()
    order = torch.argsort(level, stable=True)
    return Turns(order, [2**k for k in integers(level[order])])
