"""The stage *Export* has no result of its own."""

from app.stages.files import StageFiles

FILES = StageFiles()
