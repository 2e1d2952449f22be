"""Faces: where they are, and from that where a head begins and ends. Only asked for by ID photos."""
