"""The web application round the studio: routes, middleware and lifetime."""
