"""Jobs over HTTP: many photos, made while nobody waits. One set of routes, for programs and for the page."""
