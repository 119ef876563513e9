"""Interfaces for other programs. So far: the calculators over HTTP, described by OpenAPI.

Owns no data and announces nothing. Needs no session and looks at no cookie.
"""
