"""remove.bg's API, version 1.0, answered here: its clients only need another host name.

A request's body (:mod:`.body`) becomes a typed :class:`.wish.Wish`, that a Recipe (:mod:`.mapping`), and the
cutout an answer (:mod:`.answers`). Whatever goes wrong is told in that API's shape (:mod:`.problems`).
"""
