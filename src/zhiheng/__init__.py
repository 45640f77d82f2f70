"""Zhiheng (质衡): from a plan's sentence to a verdict that anyone can recompute."""

__version__ = "0.1.0"
