"""The section of the inspector on what a cloud is: figures, colours on a click, clusters to be kept."""

from app.stages.preparation.work import PreparationWork
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.section import Section
from app.widgets.text import counted, number, percent
from app.widgets.value_row import Line
from core.data.cloud_facts import CloudFacts

MOST_CLUSTERS = 8
"""Clusters that have a line."""


class CloudSection(Section):
    """What a cloud is.

    Parameters
    ----------
    theme : Theme
        The look.
    workspace : Workspace
        Whose cloud.
    work : PreparationWork
        Knows what was found.
    """

    def __init__(self, theme: Theme, workspace: Workspace, work: PreparationWork) -> None:
        super().__init__(
            theme, tr("The points"), tr("Do as recommended"), "", tr("Prepares the points as the line above says.")
        )
        self._workspace, self._work = workspace, work
        self._leads: list[str | int] = []
        self.action_triggered.connect(work.take_advice)
        self.row_chosen.connect(self._go)
        work.changed.connect(self.show_facts)
        self.show_facts()

    def show_facts(self) -> None:
        """Show what was found."""
        facts, source = self._work.facts, self._workspace.whole.source
        self.setVisible(facts is not None and source is not None and source.is_cloud)
        if facts is None or source is None:
            return
        options = self._workspace.options(self._work.key)
        chosen = options.chosen_clusters if options.way == "clusters" else ()
        lines = cloud_lines(facts)
        known = [
            (Line(tr("Cluster {n}", n=k + 1), _cluster(facts, k), "chosen" if k in chosen else "place"), k)
            for k in range(min(MOST_CLUSTERS, len(facts.clusters)))
            if len(facts.clusters) > 1
        ]
        self._leads = [lead for _, lead in lines] + [k for _, k in known]
        self.set_lines([line for line, _ in lines] + [line for line, _ in known])
        self.set_links([lead != "" for lead in self._leads])
        ways = ", ".join(self._workspace.views[self._work.key].choices[("way", way)] for way in facts.advice.split(","))
        said = tr("Recommended: {ways}. {why}", ways=ways, why=tr(facts.why))
        self.set_note(" ".join((*facts.doubts, said)))
        self.set_action_visible(not self._workspace.jobs)

    def _go(self, row: int) -> None:
        lead = self._leads[row] if row < len(self._leads) else ""
        if isinstance(lead, int):
            self._work.toggle_cluster(lead)
        elif lead:
            self._work.colored.emit(lead)


def _cluster(facts: CloudFacts, k: int) -> str:
    return counted(facts.clusters[k].n_points, "1 point", "{n} points")


def cloud_lines(facts: CloudFacts) -> list[tuple[Line, str]]:
    """Return lines on what a cloud is, each with the quantity that a click colours by; empty for none."""
    low, middle, high = facts.spacing_range
    extent = " × ".join(number(facts.bounds[k + 3] - facts.bounds[k], 3) for k in range(3))
    normals = tr("of the file") if facts.normals == "given" else tr("none")
    spread = tr("5 % to 95 % of the points: {low} to {high}", low=number(low, 3), high=number(high, 3))
    noise = tr("Distance from the quadric through the neighbours, as a standard deviation; % of the diagonal.")
    lines = [(Line(tr("Points"), number(facts.n_points)), "")]
    if len(facts.ids) + facts.n_repeated < facts.n_points:
        lines.append((Line(tr("Looked at"), number(len(facts.ids))), ""))
    grid = " × ".join(number(n) for n in facts.grid[::-1]) if facts.grid else tr("no")
    lines += [
        (Line(tr("Extent"), extent), ""),
        (Line(tr("Spacing"), number(middle, 3), "place", spread), "spacing"),
        (Line(tr("Spacing, 5 … 95 %"), f"{number(low, 3)} … {number(high, 3)}"), ""),
        (Line(tr("Noise"), percent(facts.noise_size / (facts.diagonal or 1.0)), "place", noise), "noise"),
        (Line(tr("Normals"), normals), ""),
        (Line(tr("Depth image"), grid), ""),
        (Line(tr("Outliers"), number(facts.n_outliers), "place"), "outlier"),
        (Line(tr("Repeated points"), number(facts.n_repeated), "warn" if facts.n_repeated else ""), ""),
    ]
    if facts.n_small:
        about = tr("Points of groups of fewer than 50 that hang together.")
        lines.append((Line(tr("In small groups"), number(facts.n_small), "", about), ""))
    lines.append((Line(tr("Clusters"), number(len(facts.clusters)), "place"), "cluster"))
    return lines
