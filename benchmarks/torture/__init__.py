"""What a server must bear: real clients do their worst to a real process, and what it holds is measured."""
