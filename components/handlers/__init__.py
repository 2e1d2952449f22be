"""Plain functions behind the panels; the service is passed in."""
