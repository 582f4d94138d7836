"""Modes that a game loses while it is played, beside a transport."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work, part
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field, seeds_field
from core.claims.figure import Bars, Figure, Mark, Panel, Path, Points
from core.claims.learned import covered, gaussians, learned

_GAMES = {"non-saturating": "gan", "saturating": "gan_saturating", "relativistic": "gan_relativistic"}
_DRAWN = 2000


@dataclass(frozen=True)
class CollapseKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(3, 16)
    game: str = choice_field("non-saturating", "Game", tuple(_GAMES), "What the generator wants.")
    steps: int = number_field(1500, "Steps", 10, 10_000, "Of each game.")
    points: int = number_field(1000, "Points", 100, 5000, "Of eight Gaussians.")


def _run(options: CollapseKnobs) -> Work[Verdict]:
    ends, curves, clouds = list[int](), list[Mark](), list[np.ndarray]()
    sample = gaussians(options.points, np.random.default_rng(0))
    for seed in range(options.seeds):
        seen = list[tuple[float, float]]()

        def look(progress: Progress, seen: list[tuple[float, float]] = seen) -> Progress:
            if progress.payload is not None:
                points = progress.payload.panels[0].marks[0].at
                seen.append((float(progress.fraction or 0.0), float(covered(points))))
            return progress

        training = learned(_GAMES[options.game], sample, options.steps, seed, f"Game {seed + 1}")
        share = 0.95 / options.seeds
        trained = yield from part(training, share * seed, share * (seed + 1), report=look)
        clouds.append(trained.draw(_DRAWN, seed))
        ends.append(covered(clouds[-1]))
        places = np.array(seen)
        places[:, 0] = (places[:, 0] - share * seed) / share * options.steps
        curves.append(Path(places, "abcd"[seed % 4], name=f"seed {seed + 1}"))
    transported = yield from part(learned("ae_ot", sample, 1, 0, "Transport"), 0.95, 1.0)
    by_transport = covered(transported.draw(_DRAWN))
    worst = clouds[int(np.argmin(ends))]
    panels = (
        Panel("Modes over steps", tuple(curves), "step", "modes"),
        Panel("Worst game", (Points(sample, "faint", 2.5), Points(worst, "b", 2.5)), equal=True),
        Panel("Modes at the end, the transport last", (Bars(np.array([*ends, by_transport], float)),)),
    )
    lost = 8.0 - float(np.mean(ends))
    figures = {"by_transport": by_transport, "lost": lost} | {f"game_{k + 1}": n for k, n in enumerate(ends)}
    sentence = (
        f"At the end the games cover {', '.join(map(str, ends))} of 8 modes, the transport of the same points "
        f"{by_transport}."
    )
    margin = lost - 1.0 if by_transport == 8 else by_transport - 8.0
    return judged(margin, sentence, figures, Figure(panels))


CARD = Card(
    "Mode collapse",
    "A generative adversarial network that plays for the non-saturating loss loses modes, one or more on the mean over "
    "seeds; the transport of the same points covers all.",
    "Metz et al. 2017, Unrolled Generative Adversarial Networks (arXiv 1611.02163), figure 2; Lei et al. 2019, Mode "
    "Collapse and Regularity of Optimal Transportation Maps (arXiv 1902.02934)",
    CollapseKnobs,
    _run,
)
