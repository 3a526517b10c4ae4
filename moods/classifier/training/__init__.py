"""Fitting the weights; the only part of the classifier that imports scikit-learn."""
