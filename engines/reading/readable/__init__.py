"""Writes out what is not a word: numbers, dates, money, units, signs, letters of other scripts.

This is the default way of reading a text. MeloTTS's own way, with its mistakes, is kept in each
language's `upstream.py` and used with `upstream_quirks`.
"""
