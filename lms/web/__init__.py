"""Flask glue that the features share: who may see what, error pages, form base, limits, layout and design system.

Announces nothing. Never knows a feature: features hand in what it needs when the application is built.
"""
