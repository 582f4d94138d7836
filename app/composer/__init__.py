"""Figures for papers, put together from the views."""
