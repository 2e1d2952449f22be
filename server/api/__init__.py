"""Our own API for programs, version 1: a photo and a Recipe in, the picture or its facts out.

A body (:mod:`.asking`) becomes an :class:`.asking.Ask`, that a finished file (:mod:`.making`), and the
file an answer (:mod:`.answers`, :mod:`.files`). What else can be asked for is listed by :mod:`.listing`,
and all of it described by :mod:`.reference` and :mod:`.page`.
"""
