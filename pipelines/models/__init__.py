"""The model layer: facts, weights, sessions and prediction."""
