"""What came of a model, in lines."""

from app.style.translation import tr
from app.widgets.text import duration, number
from core.bench.bench import Cell
from core.bench.judge import Judgement


def facts_of(cell: Cell) -> str:
    """Return the judgement of a cell, a line for each figure."""
    lines = [tr("{steps} steps in {seconds} of a processor", steps=f"{cell.steps:,}", seconds=duration(cell.seconds))]
    found = cell.judgement
    if found is not None:
        w2, w1, percent = number(found.w2, 3), number(found.w1, 3), 100.0 * found.between
        lines += [
            tr("W2 {w2}, W1 {w1}, exact, between {n} points each", w2=w2, w1=w1, n=f"{found.judged:,}"),
            *_to_density(found),
            tr("{covered} of {pieces} modes or parts covered", covered=found.covered, pieces=found.pieces),
            tr("{share} % of the points between them", share=number(percent, 3)),
            tr("{share} % nearer to the training sample: 50 is chance", share=number(100.0 * found.nearer, 3)),
        ]
    if cell.log_likelihood is not None:
        lines.append(tr("Log likelihood {value}", value=number(cell.log_likelihood, 3)))
    if cell.critic_w1 is not None and cell.exact_w1 is not None:
        critic, exact = number(cell.critic_w1, 3), number(cell.exact_w1, 3)
        lines.append(tr("The settled critic says W1 {critic}; exact {exact}", critic=critic, exact=exact))
    return "\n".join(lines)


def _to_density(found: Judgement) -> list[str]:
    """Return the line on the distance to the density itself, where there is one."""
    if found.w2_density is None or found.w2_bound is None:
        return []
    low, high = number(found.w2_density, 4), number(found.w2_bound, 4)
    if low == high:
        return [tr("W2 {w2} to the density itself, by power diagrams", w2=low)]
    return [tr("W2 {low} to {high} to the density itself, by power diagrams", low=low, high=high)]
