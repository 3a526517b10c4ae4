"""Signing in with Spotify: our own provider for allauth."""
