"""Need assistance? Connect with us: the form, its mail, and the inbox in which requests are kept.

Announces nothing. Never asks for or keeps patient information on purpose.
"""
