"""Who may use a server: keys for programs, a password for the page, and visits that it opened."""
