"""Watches: stored questions whose new answers are told by mail, to a webhook or in a file.

A watch is a TOML file in the folder ``watches`` of the store. A run compares the newest snapshot
with the one last told about, puts what happened on a list, and sends from that list: what could not
be sent stays on it. May import what ``serve`` may.
"""
