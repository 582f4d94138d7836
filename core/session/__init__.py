"""A session: the project, its stages, its report and its file."""
