"""How places and previews of the stage *Preparation* are drawn, without Qt."""
