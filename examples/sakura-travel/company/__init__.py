"""Sakura Travel's contact centre, department by department."""
